import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Account, AnyAggregate, Application, User, fromHistory } from "denizen";
import type { BoundUser, DomainEvent, HistoryInvalid, Result } from "denizen";
import { fastHasher, fixedClock } from "denizen/testing";
import { whatever } from "../../support/codes.js";
import { planets } from "../../support/planets.js";
import { newName, PASSWORD, SYSTEM, WRONG } from "../../support/secured.js";
import { postgresOf, rowsIn, worldOn } from "../../support/worlds.js";
import type { Place, World } from "../../support/worlds.js";

const application = (store: World["store"]) => {
  const clock = fixedClock();
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as { plan?: string } }) },
  } as const;
  return {
    clock,
    application: new Application({
      store,
      clock,
      passwordHasher: fastHasher(),
      aggregates: { planets },
      attributes: schema,
      attempts: { limit: 3 },
    }),
  };
};
type Doors = ReturnType<ReturnType<typeof application>["application"]["tenant"]>;

/** What may be done, sensible or not; whatever comes of it. */
interface Asked {
  readonly doors: Doors;
  readonly id: string;
}
type Step = (asked: Asked) => unknown;

const inUnit =
  (change: (user: BoundUser) => unknown): Step =>
  async ({ doors, id }) => {
    await using uow = doors.unitOfWork();
    const user = await uow.users.get(id, { removed: true });
    if (user.isErr()) return;
    // The attributes of this application's users are of no interest here.
    await change(user.value as unknown as BoundUser);
    whatever(await uow.commit());
  };

const emails = fc.constantFrom("a@example.com", "A@example.com", "b@example.com", "c@example.com", "no address");
const onEmail = fc.constantFrom<((user: BoundUser, email: string) => unknown)[]>(
  (user, email) => user.addEmail(email),
  (user, email) => user.removeEmail(email),
  (user, email) => user.verifyEmail(email),
  (user, email) => user.makePrimaryEmail(email),
);
const steps = (...all: readonly Step[]): fc.Arbitrary<Step> => fc.constantFrom(...all);
const userSteps = steps(
  inUnit((user) => user.rename(`Name ${user.version}`)),
  inUnit((user) => user.setUsername(`name${user.version}`)),
  inUnit((user) => user.removeUsername()),
  inUnit((user) => user.addPhone("+34600123456")),
  inUnit((user) => user.verifyPhone("+34600123456")),
  inUnit((user) => user.setAttributes({ plan: `plan ${user.version}` })),
  inUnit((user) => user.setPassword(PASSWORD as never)),
  inUnit((user) => user.removeCredential(user.credentials[0]?.id ?? "none")),
);
const ends = steps(
  inUnit((user) => user.remove()),
  inUnit((user) => user.erase()),
  ({ doors, id }) => doors.as(SYSTEM).commands.eraseUser({ id }),
);
const roles = fc.constantFrom("user", "admin", "super-admin");
const commands: fc.Arbitrary<Step> = fc.oneof(
  steps(
    ({ doors, id }) => doors.as(SYSTEM).commands.suspendAccount({ id, reason: "spam" }),
    ({ doors, id }) => doors.as(SYSTEM).commands.activateAccount({ id }),
    ({ doors }) => doors.commands.logIn({ email: "a@example.com", password: PASSWORD }),
    ({ doors }) => doors.commands.logIn({ email: "a@example.com", password: WRONG }),
    ({ doors }) => doors.commands.signUp({ name: "New", emails: ["b@example.com"], password: PASSWORD }),
  ),
  fc.tuple(roles, fc.constantFrom(null, "red")).map(
    ([role, scope]): Step =>
      ({ doors, id }) =>
        doors.as(SYSTEM).commands.grantRole({ id, role, scope }),
  ),
  roles.map(
    (role): Step =>
      ({ doors, id }) =>
        doors.as(SYSTEM).commands.revokeRole({ id, role }),
  ),
);
const planetSteps = fc
  .tuple(fc.nat(2), fc.constantFrom("rename", "capture", "destroy", "create"))
  .map(([index, what]): Step => async ({ doors }) => {
    await using uow = doors.unitOfWork();
    if (what === "create") whatever(await uow.planets.create({ name: `planet ${index}` }));
    const found = await uow.planets.find({ kind: "name", key: `planet ${index}` });
    if (found.isOk()) {
      if (what === "capture") found.value.capture("moon");
      if (what === "destroy") found.value.destroy();
      if (what === "rename") whatever(found.value.rename(`Planet ${index}`));
    }
    whatever(await uow.commit());
  });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(onEmail, emails).map(([run, email]) => inUnit((user) => run(user, email))) },
  { weight: 4, arbitrary: userSteps },
  { weight: 6, arbitrary: commands },
  { weight: 3, arbitrary: planetSteps },
  { weight: 1, arbitrary: ends },
);

describe.each<readonly [Place, number]>([
  ["memory", 100],
  ["postgres.js", 12],
])("on %s", (place, numRuns) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  test("every aggregate that is rebuilt from its log equals its rows", { timeout: 120_000 }, async () => {
    const [seen, happened] = [new Set<string>(), new Set<string>()];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), step), { minLength: 5, maxLength: 40 }), async (steps) => {
        const { application: whole, clock } = application(world.store);
        const tenant = newName("tenant");
        const doors = whole.tenant(tenant);
        const ids: string[] = [];
        for (const name of ["ada", "bob", "eve"]) {
          const made = await doors.commands.signUp({ name, username: name, emails: [`${name}@example.com`], password: PASSWORD });
          ids.push(made._unsafeUnwrap().status === "pending" ? "" : (made._unsafeUnwrap() as { userId: string }).userId);
        }
        (await whole.bootstrap.grant({ id: ids[0] ?? "", role: "super-admin", tenant }))._unsafeUnwrap();
        for (const [who, run] of steps) {
          clock.advance(1000);
          await run({ doors, id: ids[who] ?? "" });
        }
        const history = await everything(doors);
        for (const { type } of history) happened.add(type);
        const stored = place === "memory" ? publishersIn(history) : await rowsOf(tenant);
        expect(publishersIn(history)).toEqual(stored);
        for (const row of stored) {
          const [kind = "", id = ""] = row.split(" ");
          seen.add(kind);
          const [kept] = (await world.store.load(tenant, { kind, id }, { limit: 1 }))._unsafeUnwrap();
          const own = history.filter(({ publisher }) => publisher.kind === kind && publisher.id === id);
          const rebuilt = kind === "role-holders" ? await holdersOf(doors, id, own.length) : rebuild(kind, own);
          expect([row, rebuilt.version, AnyAggregate.stateOf(rebuilt)]).toEqual([row, kept?.version, kept?.state]);
        }
      }),
      // The same lives in every run, unless others are asked for: what must have happened in them is said below.
      { numRuns, seed: Number(process.env["SEED"] ?? 20261121) },
    );
    expect([...seen].sort()).toEqual(["account", "planet", "role-holders", "user"]);
    // Long enough lives: nothing of this would be seen of people to whom nothing happens.
    const rare = [
      "user-erased",
      "user-removed",
      "account-closed",
      "account-suspended",
      "role-granted",
      "moon-captured",
      "planet-destroyed",
    ];
    expect(place === "memory" ? rare.filter((type) => !happened.has(type)) : []).toEqual([]);
  });

  const rowsOf = async (tenant: string): Promise<readonly string[]> =>
    (await rowsIn(postgresOf(world).database, `select kind || ' ' || id as row from denizen_aggregates where tenant = '${tenant}'`))
      .map(({ row }) => String(row))
      .sort();
});

/** All that has happened, guards' events included. */
async function everything(doors: Doors): Promise<readonly DomainEvent[]> {
  const { queries } = doors.as(SYSTEM);
  const events: DomainEvent[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = (await queries.history({ limit: 100, ...(after === undefined ? {} : { after }) }))._unsafeUnwrap();
    events.push(...page.items);
    after = page.next;
  }
  return events;
}

/** Kind and id of each aggregate that has published something; guards have no version. */
const publishersIn = (history: readonly DomainEvent[]): readonly string[] =>
  [...new Set(history.flatMap(({ publisher }) => (publisher.version === null ? [] : [`${publisher.kind} ${publisher.id}`])))].sort();

const makers: Readonly<Record<string, (events: readonly DomainEvent[]) => Result<AnyAggregate, HistoryInvalid>>> = {
  user: (events) => User.fromHistory(events),
  account: (events) => Account.fromHistory(events),
  planet: (events) => fromHistory(planets, events),
};
const rebuild = (kind: string, events: readonly DomainEvent[]): AnyAggregate =>
  (makers[kind] ?? expect.unreachable(kind))(events)._unsafeUnwrap();

/** Of denizen's own, which nobody else folds. */
async function holdersOf(doors: Doors, role: string, version: number): Promise<AnyAggregate> {
  await using uow = doors.unitOfWork();
  return (await uow.roleHolders.asOf(role, { version }))._unsafeUnwrap();
}
