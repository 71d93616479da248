import { array, maxLength, object, optional, unknown } from "zod/mini";
import { err, ok, ResultAsync } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { parseInput } from "../../kernel/input.js";
import type { Methods } from "../../types.js";
import { parseAttributes } from "../attributes.js";
import type { BoundUser } from "../bound-user.js";
import type { CreateUserError } from "../definition.js";
import type { UserServices } from "../services.js";
import { PersonName } from "../values/person-name.js";

// The shape only: what is in a field is the business of its value object.
const input = object({
  name: unknown(),
  username: optional(unknown()),
  emails: optional(array(unknown()).check(maxLength(20))),
  phones: optional(array(unknown()).check(maxLength(20))),
  password: optional(unknown()),
  attributes: optional(unknown()),
});

/** Records a new user with all that was given; the first thing that is wrong is the answer, and there is no user then. */
export const createUser = <A extends object, AI extends object, M extends Methods>(
  user: BoundUser<A, AI, M>,
  given: unknown,
  services: UserServices,
): ResultAsync<void, CreateUserError<M>> => new ResultAsync(create(user, given, services));

async function create<A extends object, AI extends object, M extends Methods>(
  user: BoundUser<A, AI, M>,
  given: unknown,
  services: UserServices,
): Promise<Result<void, CreateUserError<M>>> {
  const parsed = parseInput(input, given, "user");
  if (parsed.isErr()) return err(parsed.error);
  const { username, emails = [], phones = [], password } = parsed.value;
  const name = PersonName.parse(parsed.value.name);
  if (name.isErr()) return err(name.error);
  const attributes = await parseAttributes(services.attributes, parsed.value.attributes ?? {});
  if (attributes.isErr()) return err(attributes.error);
  user.begin(name.value, attributes.value);
  for (const email of emails) {
    const added = user.addEmail(email);
    if (added.isErr()) return err(added.error);
  }
  for (const phone of phones) {
    const added = user.addPhone(phone);
    if (added.isErr()) return err(added.error);
  }
  if (username !== undefined) {
    const set = await user.setUsername(username);
    if (set.isErr()) return err(set.error);
  }
  if (password === undefined) return ok(undefined);
  // The method checks its own input. That the key is configured is what the answer's type is about.
  const set = await user.setPassword(password as never);
  return set.isErr() ? err(set.error as CreateUserError<M>) : ok(undefined);
}
