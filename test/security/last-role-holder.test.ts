import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, ok } from "denizen";
import { codeOf } from "../support/codes.js";
import { PASSWORD, secured, signUp, SYSTEM } from "../support/secured.js";
import type { LoggedInUser } from "../support/secured.js";
import { fifty, places, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

const SUPER = "super-admin";

describe.each(places)("the last super admin on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  let tenants = 0;
  /** Super admins in a tenant of their own. */
  const reign = async (count: number) => {
    const here = secured(world.store);
    const tenant = here.application.tenant(`tenant-${++tenants}`);
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      const created = await attempt(async function* () {
        await using uow = tenant.unitOfWork();
        const user = yield* uow.users.create({ name: "Super", emails: [`super${index}@example.com`], password: PASSWORD });
        const account = yield* uow.accounts.create({ status: "active", role: null }, { id: user.id });
        yield* account.grant(SUPER);
        yield* uow.commit();
        return ok(user.id);
      });
      ids.push(created._unsafeUnwrap());
    }
    const holders = async (): Promise<readonly string[]> => {
      await using uow = tenant.unitOfWork();
      const found: string[] = [];
      for (const id of ids) {
        const account = await uow.accounts.get(id);
        if (account.isOk() && account.value.holds(SUPER) && account.value.status === "active") found.push(id);
      }
      return found;
    };
    return { tenant, ids, holders };
  };

  type Tenant = Awaited<ReturnType<typeof reign>>["tenant"];

  const revoke = (tenant: Tenant, id: string) =>
    attempt(async function* () {
      await using uow = tenant.unitOfWork();
      const account = yield* uow.accounts.get(id);
      yield* account.revoke(SUPER);
      return ok(yield* uow.commit());
    });

  const remove = (tenant: Tenant, id: string) =>
    attempt(async function* () {
      await using users = tenant.users();
      const user = yield* users.read({ id });
      yield* users.remove(user);
      return ok(yield* users.save());
    });

  const change = (tenant: Tenant, id: string, what: "suspend" | "deactivate" | "close") =>
    attempt(async function* () {
      await using uow = tenant.unitOfWork();
      const account = yield* uow.accounts.get(id);
      yield* account[what]();
      return ok(yield* uow.commit());
    });

  test.each(rounds)("50 mixed revocations, removals and suspensions at once, round %i: never none is left", async () => {
    const { tenant, ids, holders } = await reign(3);
    const codes = await fifty(async (index) => {
      const id = ids[index % ids.length] ?? "";
      switch (index % 5) {
        case 0:
          return codeOf(await remove(tenant, id));
        case 1:
          return codeOf(await change(tenant, id, "suspend"));
        case 2:
          return codeOf(await tenant.as(SYSTEM).commands.suspendAccount({ id }));
        default:
          return codeOf(await revoke(tenant, id));
      }
    });
    expect((await holders()).length).toBeGreaterThanOrEqual(1);
    expect(codes).toContain("ok");
    const typed = [
      "ok",
      "vetoed",
      "concurrency-conflict",
      "account-protected",
      "not-authorized",
      "not-found",
      "user-not-found",
      "account-not-found",
    ];
    expect(codes.filter((code) => !typed.includes(code))).toEqual([]);
  });

  test.each(rounds)("two transactions each remove the other, round %i: one stays", async () => {
    const { tenant, ids, holders } = await reign(2);
    const [one = "", two = ""] = ids;
    const transact = (id: string) =>
      tenant.transact(async function* ({ uow }) {
        const account = yield* uow.accounts.get(id);
        yield* account.revoke(SUPER);
        return ok(id);
      });
    const answers = await Promise.all([transact(one), transact(two)]);
    expect(answers.filter((answer) => answer.isOk())).toHaveLength(1);
    expect(answers.map(codeOf).toSorted()).toEqual(["ok", "vetoed"]);
    expect(await holders()).toHaveLength(1);
  });

  test("keeps the role, the account and the user, whoever asks", async () => {
    const { tenant, ids, holders } = await reign(1);
    const [id = ""] = ids;
    expect(codeOf(await revoke(tenant, id))).toBe("vetoed");
    expect(codeOf(await remove(tenant, id))).toBe("vetoed");
    for (const what of ["suspend", "deactivate", "close"] as const)
      expect(codeOf(await change(tenant, id, what))).toBe("account-protected");
    expect(codeOf(await tenant.commands.deactivateOwn({ email: "super0@example.com", password: PASSWORD }))).toBe("account-protected");
    expect(codeOf(await tenant.as(SYSTEM).commands.suspendAccount({ id }))).toBe("not-authorized");
    expect(codeOf(await tenant.as(SYSTEM).commands.revokeRole({ id, role: SUPER }))).toBe("not-authorized");
    expect(await holders()).toEqual([id]);
  });

  // The role is held in one tenant, and bootstrap is the default one's: only these two tests work there.
  test("one whose account was opened with the role holds it like any other", async () => {
    const { application } = secured(world.store);
    const opened = await attempt(async function* () {
      await using uow = application.unitOfWork();
      const user = yield* uow.users.create({ name: "Founder", emails: ["founder@example.com"] });
      yield* uow.accounts.create({ status: "active", role: SUPER }, { id: user.id });
      yield* uow.commit();
      return ok(user.id);
    });
    const revoked = await application.bootstrap.revoke({ id: opened._unsafeUnwrap(), role: SUPER });
    expect(codeOf(revoked)).toBe("vetoed");
  });

  test("by bootstrap: the first ones are granted the role at once and all hold it; then all are to lose it, and one keeps it", async () => {
    const own = await worldOn(place, { connections: 10 });
    const { application } = secured(own.store);
    const users: LoggedInUser[] = [];
    for (let index = 0; index < 5; index++) users.push(await signUp(application));
    const holders = async (): Promise<readonly string[]> => {
      await using uow = application.unitOfWork();
      const found: string[] = [];
      for (const { id } of users) if ((await uow.accounts.get(id))._unsafeUnwrap().holds(SUPER)) found.push(id);
      return found;
    };
    const granted = await Promise.all(users.map(({ id }) => application.bootstrap.grant({ id, role: SUPER })));
    expect(granted.map((answer) => codeOf(answer))).toEqual(users.map(() => "ok"));
    expect(await holders()).toHaveLength(5);
    const revoked = await Promise.all([...users, ...users].map(({ id }) => application.bootstrap.revoke({ id, role: SUPER })));
    const codes = revoked.map((answer) => codeOf(answer));
    expect(codes.filter((code) => !["ok", "vetoed", "concurrency-conflict"].includes(code))).toEqual([]);
    const left = await holders();
    expect(left.length).toBeGreaterThanOrEqual(1);
    for (const id of left.slice(1)) expect(codeOf(await application.bootstrap.revoke({ id, role: SUPER }))).toBe("ok");
    const last = await application.bootstrap.revoke({ id: left[0] ?? "", role: SUPER });
    expect(last._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "last-role-holder" } });
    await own.close();
  });
});
