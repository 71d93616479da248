import { AnyAggregate } from "../kernel/aggregate.js";
import type { AggregateDefinition, Identifier } from "../kernel/definition.js";
import { messageOf } from "../kernel/error.js";
import { findUnstorable } from "../kernel/json.js";
import type { Json } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AggregateChange } from "../ports/store.js";
import type { Tracked } from "./identity-map.js";
import { isKey, LONGEST_KEY, LONGEST_KIND } from "./keys.js";

/** What became of an aggregate since it was last read or written; or what in it cannot be stored, and where. */
export function changeOf(tracked: Tracked): Result<AggregateChange, string> {
  const { definition, aggregate, savedVersion, savedState } = tracked;
  try {
    const state = AnyAggregate.stateOf(aggregate);
    const before = savedState === undefined ? [] : identifiersOf(definition, savedState);
    const after = identifiersOf(definition, state);
    const problem = after.find((identifier) => !isIdentifier(identifier));
    if (problem !== undefined) return err(`${definition.kind}: an identifier that is not { kind, key } of well-formed, not too long text`);
    const encoded = encode(definition, state);
    const unstorable = findUnstorable(encoded, definition.kind);
    if (unstorable !== undefined) return err(unstorable);
    return ok({
      kind: definition.kind,
      id: aggregate.id,
      expectedVersion: savedVersion,
      version: aggregate.version,
      before: savedState === undefined ? undefined : encode(definition, savedState),
      after: encoded,
      claimed: without(after, before),
      released: without(before, after),
    });
  } catch (thrown) {
    return err(`${definition.kind}: its definition threw: ${messageOf(thrown)}`);
  }
}

// Without a codec the state is JSON itself; `findUnstorable` holds it to that.
const encode = (definition: AggregateDefinition, state: unknown): Json => definition.codec?.encode(state) ?? (state as Json);

export const decode = (definition: AggregateDefinition, json: Json): unknown => definition.codec?.decode(json) ?? json;

/** What it is found by. A removed one keeps what is unique, and gives up what others share with it. */
const identifiersOf = (definition: AggregateDefinition, state: unknown): readonly Identifier[] => {
  const all = definition.identifiers?.(state) ?? [];
  return definition.isRemoved?.(state) === true ? all.filter(({ shared }) => shared !== true) : all;
};

const isIdentifier = ({ kind, key }: Identifier): boolean => isKey(kind, LONGEST_KIND) && isKey(key, LONGEST_KEY);

/** Those of the first list that the second has not, each once. */
const without = (some: readonly Identifier[], others: readonly Identifier[]): readonly Identifier[] =>
  some.filter((one, index) => some.findIndex((other) => same(one, other)) === index && !others.some((other) => same(one, other)));

const same = (one: Identifier, other: Identifier): boolean => one.kind === other.kind && one.key === other.key;
