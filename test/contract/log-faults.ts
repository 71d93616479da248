import { ResultAsync } from "denizen";
import type { HistoryFilter, HistoryRequest, LoggedEvent } from "denizen/ports";
import type { Fault, FaultsByTopic } from "./fault.js";

const asking =
  (spoil: (request: HistoryRequest) => HistoryRequest): Fault =>
  ({ log }) => ({ log: { read: (request) => log.read(spoil(request)) } });

const answering =
  (spoil: (events: readonly LoggedEvent[], request: HistoryRequest) => readonly LoggedEvent[]): Fault =>
  ({ log }) => ({ log: { read: (request) => log.read(request).map((events) => spoil(events, request)) } });

const without = (name: keyof HistoryFilter): Fault =>
  asking(({ filter: { [name]: _, ...filter }, ...request }) => ({ ...request, filter }));

const EVERYTHING = 1_000_000;

/** Stores that do not tell what has happened. */
export const logFaults: FaultsByTopic = {
  log: {
    "one that forgets the subject": without("subject"),
    "one that forgets the kinds": without("kinds"),
    "one that forgets the actor": without("actor"),
    "one that forgets the type": without("type"),
    "one that forgets since when": without("since"),
    "one that forgets until when": without("until"),
    "one that includes the end": asking(({ filter, ...request }) => ({
      ...request,
      filter: { ...filter, ...(filter.until !== undefined && { until: new Date(Date.parse(filter.until) + 1).toISOString() }) },
    })),
    "one that excludes the beginning": asking(({ filter, ...request }) => ({
      ...request,
      filter: { ...filter, ...(filter.since !== undefined && { since: new Date(Date.parse(filter.since) + 1).toISOString() }) },
    })),
    "one that knows one kind alone": asking(({ filter, ...request }) => ({
      ...request,
      filter: { ...filter, ...(filter.kinds !== undefined && { kinds: filter.kinds.slice(0, 1) }) },
    })),
    "one that knows one direction alone": asking((request) => ({ ...request, direction: "ascending" })),
    "one that has no limit": asking((request) => ({ ...request, limit: EVERYTHING })),
    "one that begins anew with every page": asking(({ after: _, ...request }) => request),
    "one that begins anew where it does not know the place": asking(({ after, ...request }) =>
      after !== undefined && /^\d{16}$/.test(after) ? { ...request, after } : request,
    ),
    "one that shows the last one again": ({ log }) => ({
      log: {
        read: (request) => {
          const { after, ...whole } = request;
          if (after === undefined) return log.read(request);
          return log.read({ ...whole, limit: EVERYTHING }).map((all) => {
            const from = all.findIndex(({ position }) => position === after);
            return from < 0 ? all.slice(0, 0) : all.slice(from, from + request.limit);
          });
        },
      },
    }),
    "one that filters what the limit has left": ({ log }) => ({
      log: {
        read: (request) =>
          ResultAsync.combine([log.read({ ...request, filter: {} }), log.read({ ...request, limit: EVERYTHING })]).map(([some, passing]) =>
            (some ?? []).filter(({ position }) => passing?.some((one) => one.position === position)),
          ),
      },
    }),
    "one that leaves guards out": answering((events) => events.filter(({ event }) => event.publisher.version !== null)),
    "one that goes by the time": answering((events, { direction }) => {
      const sign = direction === "ascending" ? 1 : -1;
      return [...events].sort((one, other) => sign * (one.event.occurredAt < other.event.occurredAt ? -1 : 1));
    }),
    "one that has nothing personal": answering((events) => events.map((one) => ({ ...one, event: { ...one.event, personal: 0 } }))),
    "one that leaks tenants": (store) => {
      const tenants = new Set<string>();
      return {
        commit: (changes, record) => {
          tenants.add(changes.tenant);
          return store.commit(changes, record);
        },
        log: {
          read: (request) =>
            ResultAsync.combine([...tenants].map((tenant) => store.log.read({ ...request, tenant }))).map((all) =>
              all.flat().slice(0, request.limit),
            ),
        },
      };
    },
    "one that shows what is not committed": (store) => ({
      begin: () => {
        const flushed: LoggedEvent[] = [];
        early.set(store.log, [...(early.get(store.log) ?? []), flushed]);
        return store.begin().map((transaction) => ({
          tx: undefined as never,
          load: (...args) => transaction.load(...args),
          held: (...args) => transaction.held(...args),
          standing: (...args) => transaction.standing(...args),
          flush: (changes) => {
            flushed.push(...changes.events.map((event) => ({ position: event.id, event })));
            return transaction.flush(changes);
          },
          commit: (record) => transaction.commit(record).map((position) => (flushed.splice(0), position)),
          rollback: () => transaction.rollback(),
        }));
      },
      log: { read: (request) => store.log.read(request).map((events) => [...events, ...(early.get(store.log) ?? []).flat()]) },
    }),
  },
};

const early = new Map<unknown, readonly LoggedEvent[][]>();
