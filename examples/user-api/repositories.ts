import { tableRepository } from "denizen/drizzle";
import { userTable } from "./tables.js";

export class UserRepository extends tableRepository(userTable) {
  countActiveUsers() {
    return this.count({ active: true });
  }
}
