import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnyAggregate, accountBehaviour, fold } from "denizen";
import type { Account, AccountEvents, AccountState, Foldable } from "denizen";
import type { StoredEvent } from "denizen/ports";
import { historyOf, signedUp, stored, world } from "./world.js";

type Step = (account: Account) => unknown;
const roles = fc.constantFrom("user", "admin", "super-admin", "emperor");
const scopes = fc.constantFrom(null, "red", "blue");

/** Whatever one can do to an account, sensible or not. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step[]>(
    (account) => account.activate(),
    (account) => account.activateOwn(),
    (account) => account.deactivate(),
    (account) => account.suspend("for a reason"),
    (account) => account.suspend(),
  ),
  fc.tuple(roles, scopes).map(
    ([role, scope]): Step =>
      (account) =>
        account.grant(role, scope),
  ),
  fc.tuple(roles, scopes).map(
    ([role, scope]): Step =>
      (account) =>
        account.revoke(role, scope),
  ),
  fc.constantFrom(null, "a session", "another").map(
    (spared): Step =>
      (account) =>
        account.endSessions("asked", spared),
  ),
);

/** An event as it was recorded; `personal` of one whose subject was erased is null. */
const whole = ({ personal, payload, ...event }: StoredEvent): Foldable<AccountEvents> =>
  // What was stored of an account's events folds as such.
  ({ ...event, payload: { ...(payload as object), ...(personal as object | null) } }) as Foldable<AccountEvents>;

const ENDING = ["account-deactivated", "account-suspended", "sessions-ended", "account-closed"];

describe("whatever is done to an account", () => {
  test("the stored state is the fold of the stored events, in one commit or many, erased or not", async () => {
    const on = world();
    const { id: keeper } = await signedUp(on, "keeper");
    (await on.application.bootstrap.grant({ id: keeper, role: "super-admin" }))._unsafeUnwrap();
    let people = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 20 }), fc.boolean(), async (steps, close) => {
        const { id } = await signedUp(on, `person${people++}`);
        await using uow = on.application.unitOfWork();
        const account = (await uow.accounts.get(id))._unsafeUnwrap();
        for (const [run, save] of steps) {
          on.clock.advance(1000);
          run(account);
          if (save) expect((await uow.commit()).isOk()).toBe(true);
        }
        if (close) void account.close();
        expect((await uow.commit()).isOk()).toBe(true);
        const history = (await on.store.history("default", { kind: "account", id }))._unsafeUnwrap();
        const kept = await stored(on, id);
        expect(kept?.version).toBe(history.length);
        expect(fold(accountBehaviour, history.map(whole))).toEqual(kept?.state);
        expect(
          fold(
            accountBehaviour,
            history.map((event) => whole({ ...event, personal: null })),
          ),
        ).toEqual(kept?.state);
        expect(AnyAggregate.stateOf(account)).toEqual(kept?.state);
        const state = kept?.state as AccountState;
        expect(state.securityVersion).toBe(1 + history.filter(({ type }) => ENDING.includes(type)).length);
        // No role is held twice in one place, and none that is protected in a scope.
        expect(new Set(state.grants.map(({ role, scope }) => `${role}@${String(scope)}`)).size).toBe(state.grants.length);
        expect(state.grants.every(({ role, scope }) => role !== "super-admin" || scope === null)).toBe(true);
        const last = history.findLast(({ type }) => ENDING.includes(type));
        expect(state.sparedSession).toBe(last?.type === "sessions-ended" ? (last.payload as { spared: string | null }).spared : null);
      }),
      { numRuns: 150 },
    );
  });

  test("the holders of a protected role are known, whatever becomes of them and in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 20 }), async (steps) => {
        const on = world();
        const ids = await Promise.all(["a1", "b2", "c3", "d4"].map(async (name) => (await signedUp(on, `person${name}`)).id));
        const held = new Set<string>();
        for (const [index, grants] of steps) {
          const input = { id: ids[index] ?? "", role: "super-admin" } as const;
          const answer = await (grants ? on.application.bootstrap.grant(input) : on.application.bootstrap.revoke(input));
          const last = held.size === 1 && held.has(input.id);
          expect(answer.isOk()).toBe(grants || !last);
          if (grants) held.add(input.id);
          else if (!last) held.delete(input.id);
        }
        await using uow = on.application.unitOfWork();
        const known = (await uow.roleHolders.get("super-admin")).map(({ accounts }) => [...accounts].sort()).unwrapOr([]);
        expect(known).toEqual([...held].sort());
        const added = (await historyOf(on, "role-holders", "super-admin")).filter((type) => type === "role-holder-added").length;
        expect(added).toBeGreaterThanOrEqual(held.size);
      }),
      { numRuns: 40 },
    );
  });
});
