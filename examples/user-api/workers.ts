import type { TableUnit } from "denizen/drizzle";
import { UserRepository } from "./repositories.js";

/** The repositories that work in one transaction: that of a unit of work, or the one that a subscriber is in. */
export class RegisterWorker {
  readonly user: UserRepository;

  constructor(unit: TableUnit) {
    this.user = new UserRepository(unit);
  }
}
