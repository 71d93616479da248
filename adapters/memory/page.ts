import type { Listed, ListQuery } from "denizen/ports";
import { compareText } from "./compare-text.js";

/** Where a row stands in its list. */
export interface Place {
  readonly value: string;
  readonly id: string;
}

type Compare = (one: Place, other: Place) => number;

/** The places of one page, of all that pass the filter, in whatever order they come. */
export function pageOf(
  all: Iterable<Place>,
  { direction, limit, from }: Pick<ListQuery<unknown, string>, "direction" | "limit" | "from">,
): Listed<Place> {
  const sign = direction === "ascending" ? 1 : -1;
  const compare: Compare = (one, other) => sign * (compareText(one.value, other.value) || compareText(one.id, other.id));
  if ("offset" in from) {
    const { places, total } = first(all, from.offset + limit, compare);
    return { rows: places.slice(from.offset), total };
  }
  const { after } = from;
  const beyond = after === null ? () => true : (place: Place) => compare(place, after) > 0;
  return { rows: first(all, limit, compare, beyond).places, total: null };
}

/** The first so many in order, and how many there are. Those behind are dropped on the way: nobody sorts a million for twenty. */
function first(all: Iterable<Place>, count: number, compare: Compare, isMeant: (place: Place) => boolean = () => true) {
  let [places, last, total]: [Place[], Place | undefined, number] = [[], undefined, 0];
  const cut = (): Place[] => places.sort(compare).slice(0, count);
  for (const place of all) {
    if (!isMeant(place)) continue;
    total++;
    if (last !== undefined && compare(place, last) > 0) continue;
    places.push(place);
    if (places.length < 2 * count) continue;
    places = cut();
    last = places.at(-1);
  }
  return { places: cut(), total };
}
