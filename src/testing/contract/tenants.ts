import { Secret } from "denizen";
import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { count } from "./guesses.js";
import { put } from "./vault.js";
import { shared, unique } from "./world.js";

export const tenants: Group = {
  "aggregates, identifiers and histories of one tenant are not there for another": async (world) => {
    const [id, other] = [world.id(), world.elsewhere()];
    await world.given(world.created(id, { claimed: [unique("email", "a"), shared("name", "mars")] }));
    equal(await other.get(id), undefined, "by id");
    equal([await other.holders(unique("email", "a")), await other.holders(shared("name", "mars"))], [[], []]);
    equal(await other.history(id), []);
  },

  "two tenants may use the same ids and identifiers, each with its own state": async (world) => {
    const [id, other] = [world.id(), world.elsewhere()];
    for (const [tenant, name] of [
      [world, "ours"],
      [other, "theirs"],
    ] as const) {
      await tenant.given(tenant.created(id, { state: { name }, claimed: [unique("email", "a"), shared("name", "mars")] }));
    }
    await other.given(other.updated(id, 1, { state: { name: "changed" }, released: [unique("email", "a")] }));
    equal([(await world.get(id))?.state, (await other.get(id))?.state], [{ name: "ours" }, { name: "changed" }]);
    equal([await world.holders(unique("email", "a")), await other.holders(unique("email", "a"))], [[id], []]);
    equal([(await world.history(id)).length, (await other.history(id)).length], [1, 2]);
  },

  "a transaction sees its own tenant alone": async (world) => {
    const [id, other] = [world.id(), world.elsewhere()];
    await world.given(world.created(id, { claimed: [unique("email", "a")] }));
    const transaction = await other.begin();
    equal(okOf(await transaction.load(other.tenant, { kind: "planet", id }, { limit: 1, lock: true })), []);
    equal(okOf(await transaction.load(other.tenant, { kind: "planet", identifier: unique("email", "a") }, { limit: 1 })), []);
    await transaction.rollback();
  },

  "material of one tenant is not read, replaced or dropped by another": async (world) => {
    const [id, credential, other] = [world.id(), world.id(), world.elsewhere()];
    okOf(await world.store.commit(world.set([world.created(id)], [put(credential, id, "secret")]), world.record()));
    equal(okOf(await other.store.vault.read(other.tenant, credential)), undefined, "another tenant's material");
    const material = okOf(await world.store.vault.read(world.tenant, credential));
    if (material !== undefined) equal(okOf(await other.store.vault.replace(other.tenant, material, new Secret("stolen"))), false);
    okOf(await other.store.commit(other.set([other.created(id)], [{ drop: credential }]), other.record()));
    equal(okOf(await world.store.vault.read(world.tenant, credential))?.secret.reveal(), "secret");
  },

  "guesses in one tenant do not count in another, whose users they do not find": async (world) => {
    const [id, other] = [world.id(), world.elsewhere()];
    await world.given(world.created(id));
    await world.given(world.created(id, { kind: "moon" }));
    const target = { kind: "planet", id };
    await count(world, target);
    const elsewhere = await count(other, target, { alongside: ["moon"] });
    equal([elsewhere.count, elsewhere.counter, elsewhere.aggregate, elsewhere.alongside], [1, "stranger:1", undefined, {}]);
    equal((await count(other, target)).count, 2);
    equal((await count(world, target)).count, 2);
  },
};
