import { okAsync, ResultAsync } from "denizen";
import type { ProfileRow, ProfileSort } from "denizen/ports";
import { instead, keeping } from "./fault.js";
import type { Fault, FaultsByTopic } from "./fault.js";

/** Rows of a page in another order of texts; equal ones still by id. */
const profilesSorted =
  (compare: (one: string, other: string) => number): Fault =>
  ({ queries }) => ({
    queries: {
      ...queries,
      profiles: (query) =>
        queries.profiles(query).map((listed) => {
          const sign = query.direction === "ascending" ? 1 : -1;
          const order = (one: ProfileRow, other: ProfileRow): number =>
            compare(valueOf(one, query.sort), valueOf(other, query.sort)) || (one.id < other.id ? -1 : 1);
          return { ...listed, rows: [...listed.rows].sort((one, other) => sign * order(one, other)) };
        }),
    },
  });

const valueOf = ({ name, username, createdAt }: ProfileRow, sort: ProfileSort): string =>
  sort === "name" ? (name?.display ?? "") : sort === "username" ? (username ?? "") : createdAt;

/** Stores that answer other than they were asked. */
export const queryFaults: FaultsByTopic = {
  held: {
    "one that forgets who holds what": () => ({ held: () => okAsync([]) }),
    "one that tells in an order of its own": (store) => ({
      held: (...args) => store.held(...args).map((holdings) => [...holdings].sort((one, other) => (one.key < other.key ? -1 : 1))),
    }),
    "one that looks among all kinds of identifiers": (store) => ({
      held: (tenant, kind, identifiers) =>
        store.held(
          tenant,
          kind,
          identifiers.flatMap(({ key }) => ["email", "phone", "username"].map((other) => ({ kind: other, key }))),
        ),
    }),
    "one whose transactions do not see what they have flushed": (store) => ({
      begin: () => store.begin().map((transaction) => instead(transaction, { held: (...args) => store.held(...args) })),
    }),
  },

  profiles: {
    "one that shows who was removed": keeping("user", { removedAt: null }),
    "one that sorts by UTF-16": profilesSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0)),
    "one that sorts as a dictionary does": profilesSorted((one, other) => one.localeCompare(other)),
    "one that shows the same row on two pages": ({ queries }) => ({
      queries: {
        ...queries,
        profiles: (query) =>
          queries.profiles(
            "after" in query.from && query.from.after ? { ...query, from: { after: { ...query.from.after, id: "" } } } : query,
          ),
      },
    }),
    "one that counts the page for the whole": ({ queries }) => ({
      queries: {
        ...queries,
        profiles: (query) => queries.profiles(query).map(({ rows, total }) => ({ rows, total: total === null ? null : rows.length })),
      },
    }),
    "one to which any verified address will do": ({ queries }) => ({
      queries: {
        ...queries,
        profiles: (query) => {
          const { emailVerified: wanted } = query.filter;
          if (wanted === undefined) return queries.profiles(query);
          return queries.profiles({ ...query, filter: {} }).map(({ rows }) => {
            const passing = rows.filter(({ emails }) => emails.some(({ verified }) => verified) === wanted);
            return { rows: passing, total: "offset" in query.from ? passing.length : null };
          });
        },
      },
    }),
  },

  accounts: {
    "one that shows closed accounts": keeping("account", { closedAt: null }),
    "one that leaks another tenant": (store) => {
      const tenants = new Set<string>();
      return {
        commit: (changes, record) => {
          tenants.add(changes.tenant);
          return store.commit(changes, record);
        },
        queries: {
          ...store.queries,
          accounts: (query) =>
            ResultAsync.combine([...tenants].map((tenant) => store.queries.accounts({ ...query, tenant }))).map((all) => ({
              rows: all.flatMap(({ rows }) => rows),
              total: "offset" in query.from ? all.reduce((sum, { total }) => sum + (total ?? 0), 0) : null,
            })),
        },
      };
    },
    "one that finds a role only where it counts everywhere": ({ queries }) => ({
      queries: {
        ...queries,
        accounts: (query) =>
          queries.accounts(query).map(({ rows, total }) => {
            const { role } = query.filter;
            const everywhere = rows.filter(
              ({ roles }) => role === undefined || roles.some((grant) => grant.role === role && grant.scope === null),
            );
            return { rows: everywhere, total };
          }),
      },
    }),
    "one that knows the first page alone": ({ queries }) => ({
      queries: {
        ...queries,
        accounts: (query) => queries.accounts("after" in query.from ? { ...query, from: { after: null } } : query),
      },
    }),
    "one that sorts in one direction": ({ queries }) => ({
      queries: { ...queries, accounts: (query) => queries.accounts({ ...query, direction: "ascending" }) },
    }),
  },
};
