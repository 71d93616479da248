import { Secret } from "denizen";
import type { Material, VaultChange } from "denizen/ports";
import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { race } from "./world.js";
import type { World } from "./world.js";

export const put = (id: string, owner: string, secret: string): VaultChange => ({ put: id, owner, secret: new Secret(secret) });

const read = async (world: World, id: string): Promise<Material | undefined> =>
  okOf(await world.store.vault.read(world.tenant, id), "read");

async function materialOf(world: World, id: string): Promise<Material> {
  const material = await read(world, id);
  check(material !== undefined, "there is material");
  return material;
}

async function stored(world: World): Promise<{ readonly owner: string; readonly credential: string }> {
  const [owner, credential] = [world.id(), world.id()];
  okOf(await world.store.commit(world.set([world.created(owner)], [put(credential, owner, "first")]), world.record()));
  return { owner, credential };
}

export const vault: Group = {
  "material is written in the commit, and read back as it was": async (world) => {
    const { credential } = await stored(world);
    const material = await materialOf(world, credential);
    equal([material.credentialId, material.secret.reveal()], [credential, "first"]);
    equal(await read(world, world.id()), undefined, "what nobody has put there");
  },

  "material may be any text": async (world) => {
    const [owner, credential] = [world.id(), world.id()];
    const secret = `$argon2id$v=19$'"\\ ${"ß漢🪐".repeat(500)}`;
    okOf(await world.store.commit(world.set([world.created(owner)], [put(credential, owner, secret)]), world.record()));
    equal((await materialOf(world, credential)).secret.reveal(), secret);
  },

  "material of a commit that fails is not there": async (world) => {
    const { owner, credential } = await stored(world);
    const another = world.id();
    const changes = world.set([world.created(owner)], [put(another, owner, "lost"), { drop: credential }]);
    errOf(await world.store.commit(changes, world.record()), "id-taken");
    equal(await read(world, another), undefined, "what was refused");
    equal((await materialOf(world, credential)).secret.reveal(), "first");
  },

  "dropped material is gone, and dropping what is not there is no failure": async (world) => {
    const { owner, credential } = await stored(world);
    const drops = [{ drop: credential }, { drop: world.id() }];
    okOf(await world.store.commit(world.set([world.updated(owner, 1)], drops), world.record()));
    equal(await read(world, credential), undefined, "what was dropped");
  },

  "material that is put again is another version": async (world) => {
    const { owner, credential } = await stored(world);
    const before = await materialOf(world, credential);
    okOf(await world.store.commit(world.set([world.updated(owner, 1)], [put(credential, owner, "second")]), world.record()));
    const after = await materialOf(world, credential);
    equal(after.secret.reveal(), "second");
    check(after.version !== before.version, "a put raises the version");
    equal(okOf(await world.store.vault.replace(world.tenant, before, new Secret("late"))), false, "a replacement of the first");
  },

  "a replacement is written when nobody was first, and raises the version": async (world) => {
    const { credential } = await stored(world);
    const before = await materialOf(world, credential);
    equal(okOf(await world.store.vault.replace(world.tenant, before, new Secret("second"))), true);
    const after = await materialOf(world, credential);
    equal(after.secret.reveal(), "second");
    check(after.version > before.version, "a replacement raises the version");
    equal(okOf(await world.store.vault.replace(world.tenant, before, new Secret("late"))), false, "a stale replacement");
    equal((await materialOf(world, credential)).secret.reveal(), "second");
  },

  "of 50 replacements at once one wins": async (world) => {
    const { credential } = await stored(world);
    const before = await materialOf(world, credential);
    const answers = await race(50, (index) => world.store.vault.replace(world.tenant, before, new Secret(`try ${index}`)));
    const winners = answers.flatMap((answer, index) => (okOf(answer) ? [index] : []));
    equal(winners.length, 1, "the number of winners");
    equal((await materialOf(world, credential)).secret.reveal(), `try ${winners[0]}`);
  },

  "material that is gone cannot be replaced": async (world) => {
    const { owner, credential } = await stored(world);
    const before = await materialOf(world, credential);
    okOf(await world.store.commit(world.set([world.updated(owner, 1)], [{ drop: credential }]), world.record()));
    equal(okOf(await world.store.vault.replace(world.tenant, before, new Secret("back"))), false);
    equal(await read(world, credential), undefined, "what was dropped");
  },
};
