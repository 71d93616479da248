import type { Listed, ListQuery } from "denizen/ports";
import { check, equal, fail } from "../assertions.js";
import type { World } from "./world.js";

/** A list as an adapter answers it, and the value by which a row was sorted. */
export interface Listing<Row extends { readonly id: string }, Filter, Sort extends string> {
  ask(query: ListQuery<Filter, Sort>): Promise<Listed<Row>>;
  valueOf(row: Row, sort: Sort): string;
}

export type Asked<Filter, Sort extends string> = Partial<ListQuery<Filter, Sort>> & { readonly sort: Sort };

const whole = <Filter, Sort extends string>(world: World, filter: Filter, asked: Asked<Filter, Sort>): ListQuery<Filter, Sort> => ({
  tenant: world.tenant,
  filter,
  direction: "ascending",
  limit: 100,
  from: { after: null },
  ...asked,
});

/** The ids of a page. */
export async function page<Row extends { readonly id: string }, Filter, Sort extends string>(
  world: World,
  { ask }: Listing<Row, Filter, Sort>,
  filter: Filter,
  asked: Asked<Filter, Sort>,
): Promise<readonly string[]> {
  return (await ask(whole(world, filter, asked))).rows.map(({ id }) => id);
}

/**
 * Both directions give this order; pages by row walk through all of it once, whatever their size, and count nothing; pages by
 * offset cut it anywhere, and count all.
 */
export async function inThisOrder<Row extends { readonly id: string }, Filter, Sort extends string>(
  world: World,
  listing: Listing<Row, Filter, Sort>,
  filter: Filter,
  sort: Sort,
  ids: readonly string[],
): Promise<void> {
  for (const [direction, expected] of [
    ["ascending", ids],
    ["descending", [...ids].reverse()],
  ] as const) {
    const all = `all by ${sort}, ${direction}`;
    equal(await page(world, listing, filter, { sort, direction }), expected, all);
    for (const limit of [1, 2, ids.length]) equal(await walked(world, listing, filter, { sort, direction, limit }), expected, all);
    for (const [offset, limit] of [
      [0, 2],
      [1, 2],
      [ids.length - 1, 2],
      [ids.length, 2],
      [ids.length + 5, 2],
    ] as const) {
      const { rows, total } = await listing.ask(whole(world, filter, { sort, direction, limit, from: { offset } }));
      const found = rows.map(({ id }) => id);
      equal([found, total], [expected.slice(offset, offset + limit), ids.length], `${limit} by ${sort}, ${direction}, from ${offset}`);
    }
  }
}

/** All pages one after the other, each from the last row of the one before. */
async function walked<Row extends { readonly id: string }, Filter, Sort extends string>(
  world: World,
  { ask, valueOf }: Listing<Row, Filter, Sort>,
  filter: Filter,
  asked: Asked<Filter, Sort> & { readonly limit: number },
): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: { readonly value: string; readonly id: string } | null = null; ;) {
    const { rows, total } = await ask(whole(world, filter, { ...asked, from: { after } }));
    check(rows.length <= asked.limit, `a page has at most ${asked.limit} rows, and has ${rows.length}`);
    equal(total, null, "the total of a page by row");
    const last = rows.at(-1);
    if (last === undefined) return found;
    found.push(...rows.map(({ id }) => id));
    if (found.length > 1000) return fail("the pages have no end");
    after = { value: valueOf(last, asked.sort), id: last.id };
  }
}
