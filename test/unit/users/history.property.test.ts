import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Application, fold, userBehaviour } from "denizen";
import type { BoundUser, Foldable, Json, UserEvents } from "denizen";
import { memory } from "denizen/memory";
import type { StoredEvent } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";

const emails = fc.constantFrom("a@example.com", "A@example.com", "b@example.com", "c@example.com", "no address");
const phones = fc.constantFrom("+34600000001", "+34 600 000 001", "+34600000002", "112");
type Step = (user: BoundUser) => unknown;

/** Whatever one can do to a user, sensible or not. */
const step: fc.Arbitrary<Step> = fc.oneof(
  emails.map(
    (email): Step =>
      (user) =>
        user.addEmail(email),
  ),
  emails.map(
    (email): Step =>
      (user) =>
        user.removeEmail(email),
  ),
  emails.map(
    (email): Step =>
      (user) =>
        user.verifyEmail(email),
  ),
  emails.map(
    (email): Step =>
      (user) =>
        user.makePrimaryEmail(email),
  ),
  phones.map(
    (phone): Step =>
      (user) =>
        user.addPhone(phone),
  ),
  phones.map(
    (phone): Step =>
      (user) =>
        user.removePhone(phone),
  ),
  phones.map(
    (phone): Step =>
      (user) =>
        user.verifyPhone(phone),
  ),
  phones.map(
    (phone): Step =>
      (user) =>
        user.makePrimaryPhone(phone),
  ),
  fc.constantFrom("Ada", "Grace Hopper", "").map(
    (name): Step =>
      (user) =>
        user.rename(name),
  ),
  fc.constantFrom("ada", "grace", "admin").map(
    (name): Step =>
      (user) =>
        user.setUsername(name),
  ),
  fc.constant<Step>((user) => user.removeUsername()),
  fc.constantFrom("correct horse battery", "short").map(
    (password): Step =>
      (user) =>
        user.setPassword(password as never),
  ),
  fc.nat(3).map(
    (index): Step =>
      (user) =>
        user.removeCredential(user.credentials[index]?.id ?? "none"),
  ),
  fc.record({ plan: fc.string(), nested: fc.jsonValue() }).map(
    (attributes): Step =>
      (user) =>
        user.setAttributes(attributes),
  ),
);

/** An event as it was recorded: its personal fields where they were. */
const whole = ({ personal, payload, ...event }: StoredEvent): Foldable<UserEvents> =>
  // What was stored of a user's events folds as such.
  ({ ...event, payload: { ...(payload as object), ...(personal as object | null) } }) as Foldable<UserEvents>;

/** The same event after its subject was erased. */
const erased = (event: StoredEvent): Foldable<UserEvents> => whole({ ...event, personal: null });

describe("whatever is done to a user", () => {
  test("the stored state is the fold of the stored events, in one commit or many; and erased events fold as well", async () => {
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as { [field: string]: Json } }) },
    } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 25 }), fc.boolean(), async (steps, removed) => {
        const [store, clock] = [memory(), fixedClock()];
        const application = new Application({ store, clock, passwordHasher: fastHasher(), attributes: schema });
        await using users = application.users();
        const user = (await users.create({ name: "Ada", attributes: {} }))._unsafeUnwrap();
        for (const [run, save] of steps) {
          clock.advance(1000);
          await run(user as unknown as BoundUser);
          if (save) expect((await users.save(user)).isOk()).toBe(true);
        }
        if (removed) expect(users.remove(user).isOk()).toBe(true);
        expect((await users.save(user)).isOk()).toBe(true);
        const history = (await store.history("default", { kind: "user", id: user.id }))._unsafeUnwrap();
        const [stored] = (await store.load("default", { kind: "user", id: user.id }, { limit: 1 }))._unsafeUnwrap();
        expect(stored?.version).toBe(history.length);
        expect(history.map(({ publisher }) => publisher.version)).toEqual(history.map((_, index) => index + 1));
        expect(JSON.parse(JSON.stringify(fold(userBehaviour, history.map(whole))))).toEqual(stored?.state);
        const bare = fold(userBehaviour, history.map(erased));
        expect(bare).toMatchObject({ name: null, username: null, emails: [], phones: [], attributes: {} });
        expect(bare?.credentials.length).toBe(user.credentials.length);
      }),
      { numRuns: 150 },
    );
  });
});
