import type { Json } from "denizen";
import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";

const DOCUMENT: Json = {
  empty: { object: {}, array: [], text: "" },
  nothing: null,
  flags: [true, false],
  numbers: [0, -1, 0.1, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, Number.MAX_VALUE, Number.MIN_VALUE],
  texts: ["ß", "e\u0301", "日本語", "🪐", "line\nbreak\ttab", "'\"\\/", "\u2028\u2029", "\u007f", "${x} $1 ?", "null"],
  nested: [[[[{ deep: [{ deeper: [] }] }]]], [null, [null]]],
  "odd keys": { "": 1, " ": 2, "a.b": 3, $ref: 4, constructor: 5, toString: 6, "🪐": 7, 'quote"': 8 },
};

/** A copy that may be written to, and is not anybody's. */
const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(DOCUMENT)) as Record<string, unknown>;

export const documents: Group = {
  "a document comes back as it was: nested, empty, null, any text, any number": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { state: DOCUMENT }));
    equal((await world.get(id))?.state, DOCUMENT);
    await world.given(world.updated(id, 1, { state: [DOCUMENT, null] }));
    equal((await world.get(id))?.state, [DOCUMENT, null]);
  },

  "so does an event's payload": async (world) => {
    const id = world.id();
    const event = world.event({ kind: "planet", id, version: 1 }, { payload: DOCUMENT, personal: DOCUMENT });
    await world.given({ ...world.created(id), events: [event] });
    equal(await world.history(id), [event]);
  },

  "and a command's outcome, whatever it is": async (world) => {
    for (const [index, outcome] of [DOCUMENT, null, false, 0, "", [], {}, "text"].entries()) {
      const command = { actor: "user:1", id: `c${index}`, outcome };
      okOf(await world.store.commit(world.set([]), world.record(command)));
      equal(okOf(await world.store.findCommand(world.tenant, "user:1", command.id))?.outcome, outcome);
    }
  },

  "a large document is kept whole": async (world) => {
    const id = world.id();
    const state = { rows: Array.from({ length: 2000 }, (_, row) => ({ row, text: "x".repeat(100) })) };
    await world.given(world.created(id, { state }));
    equal((await world.get(id))?.state, state);
  },

  "changing what was passed changes nothing that is stored": async (world) => {
    const [id, state, payload] = [world.id(), copy(), copy()];
    const part = world.created(id, { state: state as Json });
    const event = world.event({ kind: "planet", id, version: 1 }, { payload: payload as Json });
    await world.given({ ...part, events: [event] });
    state["nothing"] = "something";
    payload["nothing"] = "something";
    equal((await world.get(id))?.state, DOCUMENT);
    equal((await world.history(id))[0]?.payload, DOCUMENT);
  },

  "changing what was loaded changes nothing that is stored": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { state: DOCUMENT }));
    const [loaded, past] = [await world.get(id), (await world.history(id))[0]];
    for (const snapshot of [loaded?.state, past?.payload]) {
      // Whether it can be written to at all is the store's choice.
      if (typeof snapshot === "object" && snapshot !== null) Reflect.set(snapshot, "nothing", "something");
    }
    equal((await world.get(id))?.state, DOCUMENT);
    equal((await world.history(id))[0]?.payload, { step: 1 });
  },
};
