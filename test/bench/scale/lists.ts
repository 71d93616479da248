import { Application } from "denizen";
import type { Store } from "denizen/ports";
import { FEW } from "./world.js";
import type { World } from "./world.js";
import { noHashing, unwrap } from "../subjects/subject.js";

export type Pages = Readonly<Record<string, () => Promise<void>>>;

/** A page's rows, and how many there must be. */
type Ask = readonly [holds: number, ask: () => Promise<{ readonly items: readonly unknown[] }>];

const PAGE = 20;

/** Pages of lists, as an administrator asks for them. Each throws when it does not hold what it must. */
export async function pagesOf<Tx>(
  store: Store<Tx>,
  { size, middle, accessToken }: Pick<World, "size" | "middle" | "accessToken">,
): Promise<Pages> {
  const application = new Application({ store, passwordHasher: noHashing });
  const { queries } = application.as(unwrap(await application.authenticate(accessToken)));
  const account = unwrap(await queries.account({ id: middle.id }));
  const profile = unwrap(await queries.profile({ id: middle.id }));
  const values = { ...account, createdAt: profile.createdAt, username: "", name: profile.name?.display ?? "" };
  // As a page's `next` says it: nobody goes through half a million rows to get there. One of another form would be refused.
  const after = (sort: keyof typeof values): string =>
    [sort, "ascending", String(values[sort]), middle.id].map(encodeURIComponent).join("~");

  const asks: Record<string, Ask> = {};
  for (const sort of ["openedAt", "status"] as const) {
    asks[`accounts by ${sort}`] = [PAGE, async () => unwrap(await queries.accounts({ sort }))];
    asks[`accounts by ${sort}, after the middle`] = [PAGE, async () => unwrap(await queries.accounts({ sort, after: after(sort) }))];
  }
  for (const sort of ["createdAt", "name", "username"] as const) {
    asks[`profiles by ${sort}`] = [PAGE, async () => unwrap(await queries.profiles({ sort }))];
    asks[`profiles by ${sort}, after the middle`] = [PAGE, async () => unwrap(await queries.profiles({ sort, after: after(sort) }))];
  }
  asks["accounts of a status that most have"] = [PAGE, async () => unwrap(await queries.accounts({ status: "active" }))];
  asks[`accounts of a status that ${FEW} have`] = [FEW, async () => unwrap(await queries.accounts({ status: "suspended" }))];
  asks["accounts of a role that all hold"] = [PAGE, async () => unwrap(await queries.accounts({ role: "user" }))];
  asks[`accounts of a role that ${FEW} hold`] = [FEW, async () => unwrap(await queries.accounts({ role: "admin" }))];
  asks["profiles of an e-mail that is not verified, as most"] = [
    PAGE,
    async () => unwrap(await queries.profiles({ emailVerified: false })),
  ];
  asks[`profiles of a verified e-mail, which ${FEW} have`] = [FEW, async () => unwrap(await queries.profiles({ emailVerified: true }))];
  const offset = size / 2;
  asks["accounts by offset, in the middle, counted"] = [PAGE, async () => unwrap(await queries.accounts({ offset }))];
  asks["profiles by offset, in the middle, counted"] = [PAGE, async () => unwrap(await queries.profiles({ offset }))];
  return Object.fromEntries(Object.entries(asks).map(([name, ask]) => [name, () => held(name, ask)]));
}

async function held(name: string, [holds, ask]: Ask): Promise<void> {
  const { items } = await ask();
  if (items.length !== holds) throw new Error(`${name}: ${items.length} instead of ${holds}`);
}
