import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { answerSoFar, shared, unique } from "./world.js";
import type { World } from "./world.js";

const email = (key: string) => unique("email", key);

const held = async (world: World, identifiers: readonly ReturnType<typeof unique>[], kind = "planet") =>
  okOf(await world.store.held(world.tenant, kind, identifiers), "held");

export const heldIdentifiers: Group = {
  "tells who holds what, in the order in which it was asked for": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(
      world.created(one, { claimed: [email("a"), email("c"), unique("phone", "+1")] }),
      world.created(other, { claimed: [email("b"), unique("username", "b")] }),
    );
    equal(await held(world, [email("c"), unique("username", "b"), email("b"), unique("phone", "+1"), email("a")]), [
      { kind: "email", key: "c", id: one },
      { kind: "username", key: "b", id: other },
      { kind: "email", key: "b", id: other },
      { kind: "phone", key: "+1", id: one },
      { kind: "email", key: "a", id: one },
    ]);
  },

  "what nobody holds is left out, of this kind of identifier and this kind of aggregate": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { claimed: [email("a")] }), world.created(world.id(), { kind: "moon", claimed: [email("b")] }));
    equal(await held(world, [email("x"), email("a"), unique("phone", "a"), email("b")]), [{ kind: "email", key: "a", id }]);
    equal(await held(world, [email("A"), email("a "), email("")]), []);
    equal(await held(world, []), []);
    equal(await held(world, [email("a")], "star"), []);
  },

  "what several may share is held by none of them": async (world) => {
    await world.given(world.created(world.id(), { claimed: [shared("name", "mars")] }));
    equal(await held(world, [unique("name", "mars")]), []);
  },

  "what was given up is not held, and what has passed on is held by the next": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one, { claimed: [email("a"), email("b")] }));
    await world.given(world.updated(one, 1, { released: [email("a"), email("b")] }), world.created(other, { claimed: [email("b")] }));
    equal(await held(world, [email("a"), email("b")]), [{ kind: "email", key: "b", id: other }]);
  },

  "what another tenant holds is not held here": async (world) => {
    await world.given(world.created(world.id(), { claimed: [email("a")] }));
    equal(await held(world.elsewhere(), [email("a")]), []);
  },

  "keys may be any text, and many": async (world) => {
    const id = world.id();
    const keys = ["'", '"', "\\", "a,b", "{}", "(a)", "%", "null", "🪐", "日本", ...Array.from({ length: 100 }, (_, index) => `${index}`)];
    await world.given(world.created(id, { claimed: keys.map(email) }));
    equal(
      await held(world, keys.map(email)),
      keys.map((key) => ({ kind: "email", key, id })),
    );
  },

  "a transaction sees what it has flushed, and others do not": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one, { claimed: [email("a")] }));
    const transaction = await world.begin();
    const changes = [world.updated(one, 1, { released: [email("a")] }), world.created(other, { claimed: [email("b")] })];
    okOf(await transaction.flush(world.set(changes)));
    const inside = okOf(await transaction.held(world.tenant, "planet", [email("a"), email("b")]));
    equal(inside, [{ kind: "email", key: "b", id: other }]);
    // A store with a single connection answers when the transaction has ended.
    const outside = held(world, [email("a"), email("b")]);
    await answerSoFar(outside);
    await transaction.rollback();
    equal(await outside, [{ kind: "email", key: "a", id: one }]);
  },
};
