import { okAsync, ResultAsync } from "denizen";
import { settling, letters, telling, delivering, remembering, HOUR, EVERYTHING } from "./delivery-fault.js";
import type { FaultsByTopic } from "./fault.js";

/** Stores that do not do for subscribers what they are told. */
export const subscriberFaults: FaultsByTopic = {
  "dead letters": {
    "one that gives nothing up": settling((settled) => ({
      ...settled,
      waiting: settled.waiting.map((one) => ({ ...one, delay: one.delay ?? HOUR })),
    })),
    "one that tries dead letters again": settling((settled) => ({
      ...settled,
      waiting: settled.waiting.map((one) => ({ ...one, delay: one.delay ?? 0 })),
    })),
    "one that does not say why": letters((all) => all.map((one) => ({ ...one, error: { code: "failed", message: "" } }))),
    "one that does not say what is behind": letters((all) => all.map((one) => ({ ...one, behind: 0 }))),
    "one that does not say how often": letters((all) => all.map((one) => ({ ...one, attempts: 1 }))),
    "one that lists the latest first": letters((all) => [...all].reverse()),
    "one that lists without a limit": delivering(({ deadLetters }) => ({
      deadLetters: (request) => deadLetters({ ...request, limit: EVERYTHING }),
    })),
    "one that knows the first page alone": delivering(({ deadLetters }) => ({
      deadLetters: ({ after: _, ...request }) => deadLetters(request),
    })),
    "one whose pages begin behind whole events": delivering(({ deadLetters }) => ({
      deadLetters: ({ after, ...request }) =>
        deadLetters(after === undefined ? request : { ...request, after: { ...after, subscriber: "~" } }),
    })),
    "one that mixes subscribers": delivering(({ deadLetters }) => ({
      deadLetters: ({ subscriber: _, ...request }) => deadLetters(request),
    })),
    "one that discards nothing": delivering(() => ({ discard: () => okAsync(true) })),
    "one that never says that it has discarded": delivering(({ discard }) => ({
      discard: (...args) => discard(...args).map(() => false),
    })),
    "one that says of everything that it was discarded": delivering(({ discard }) => ({
      discard: (...args) => discard(...args).map(() => true),
    })),
    "one that discards for all subscribers": delivering(({ discard, status }) => ({
      discard: (_, tenant, id) =>
        status("2026-01-01T00:00:00.000Z").andThen((all) =>
          ResultAsync.combine(all.map(({ subscriber }) => discard(subscriber, tenant, id))).map((answers) => answers.includes(true)),
        ),
    })),
    "one that discards in any tenant": delivering(({ discard, deadLetters }) => ({
      discard: (subscriber, tenant, id) =>
        deadLetters({ subscriber, limit: EVERYTHING }).andThen((all) =>
          discard(subscriber, all.find(({ event }) => event.id === id)?.event.metadata.tenant ?? tenant, id),
        ),
    })),
    "one that discards what is behind as well": delivering(({ discard, retake }) => ({
      discard: (subscriber, tenant, id) =>
        discard(subscriber, tenant, id).andThen((was) =>
          retake({ subscriber, worker: "w", duration: 0, at: new Date().toISOString(), limit: EVERYTHING }).andThen((all) =>
            ResultAsync.combine(
              all.flatMap((one) => one.events.map(({ event }) => discard(subscriber, event.metadata.tenant, event.id))),
            ).map(() => was),
          ),
        ),
    })),
  },

  replays: {
    "one that replays nothing": delivering(() => ({ replay: () => okAsync(1) })),
    "one that forgets types": delivering(({ replay }) => ({ replay: (request) => replay({ ...request, types: null }) })),
    "one that counts nothing": delivering(({ replay }) => ({ replay: (request) => replay(request).map(() => 0) })),
    "one that replays everything from a time": delivering(({ replay }) => ({
      replay: (request) =>
        replay(request.selection.kind === "from" ? { ...request, selection: { kind: "from", from: "beginning" } } : request),
    })),
    "one that replays everything of everybody": delivering(({ replay }) => ({
      replay: (request) =>
        replay(request.selection.kind === "publisher" ? { ...request, selection: { kind: "from", from: "beginning" } } : request),
    })),
    "one that replays to all subscribers": delivering(({ replay, status }) => ({
      replay: (request) =>
        status(request.at).andThen((all) =>
          ResultAsync.combine(all.map(({ subscriber }) => replay({ ...request, subscriber }))).map((counts) => Math.max(...counts)),
        ),
    })),
    "one that discards dead letters instead": delivering(({ replay, deadLetters, discard }) => ({
      replay: (request) =>
        request.selection.kind !== "dead-letters"
          ? replay(request)
          : deadLetters({ subscriber: request.subscriber, limit: EVERYTHING }).andThen((all) =>
              ResultAsync.combine(all.map(({ event }) => discard(request.subscriber, event.metadata.tenant, event.id))).map(
                (answers) => answers.length,
              ),
            ),
    })),
    "one that replays the dead letters of one publisher": delivering(({ replay, deadLetters }) => ({
      replay: (request) =>
        request.selection.kind !== "dead-letters"
          ? replay(request)
          : deadLetters({ subscriber: request.subscriber, limit: 1 }).andThen(([letter]) =>
              letter === undefined
                ? okAsync(0)
                : replay({ ...request, selection: { kind: "event", tenant: letter.event.metadata.tenant, id: letter.event.id } }),
            ),
    })),
    "one that ignores tenants": delivering(({ replay, take }) => {
      const tenants = new Map<string, string>();
      return {
        take: (request) =>
          take(request).map((answer) => {
            for (const { events: all } of answer.batches) for (const { event } of all) tenants.set(event.id, event.metadata.tenant);
            return answer;
          }),
        replay: (request) => {
          const { selection } = request;
          if (selection.kind !== "event") return replay(request);
          return replay({ ...request, selection: { ...selection, tenant: tenants.get(selection.id) ?? selection.tenant } });
        },
      };
    }),
    "one that does not take from workers what they have in hand": delivering(({ take, settle, replay }) => {
      const replayed = new Set<string>();
      return {
        replay: (request) => {
          replayed.add(request.subscriber);
          return replay(request);
        },
        // Who comes too late takes all the same, and settles that.
        settle: (settled) =>
          replayed.has(settled.subscriber)
            ? take({ ...settled, duration: HOUR, types: null, limit: EVERYTHING }).andThen(({ batches }) =>
                settle({ ...settled, batches: batches.map((batch) => ({ ...batch, delivered: batch.events.length })) }),
              )
            : settle(settled),
      };
    }),
    "one that does not take from workers what they try again": delivering(({ retake, replay, resettle, discard }) => {
      const tried = new Map<string, readonly (readonly [string, string])[]>();
      const replayed = new Set<string>();
      return {
        retake: (request) =>
          retake(request).map((all) => {
            for (const { token, events } of all)
              tried.set(
                token,
                events.map(({ event }) => [event.metadata.tenant, event.id]),
              );
            return all;
          }),
        replay: (request) => {
          if (request.selection.kind === "from") replayed.add(request.subscriber);
          return replay(request);
        },
        resettle: (resettled) => {
          const events = replayed.has(resettled.subscriber) ? (tried.get(resettled.token) ?? []) : [];
          return resettle(resettled).andThen(() =>
            ResultAsync.combine(events.map(([tenant, id]) => discard(resettled.subscriber, tenant, id))).map(() => undefined),
          );
        },
      };
    }),
  },

  subscribers: {
    "one that always begins now": delivering(({ enlist }) => ({
      enlist: (all, at) =>
        enlist(
          all.map(({ name }) => ({ name, from: "now" as const })),
          at,
        ),
    })),
    "one that always begins at the beginning": delivering(({ enlist }) => ({
      enlist: (all, at) =>
        enlist(
          all.map(({ name }) => ({ name, from: "beginning" as const })),
          at,
        ),
    })),
    "one that enlists one alone": delivering(({ enlist }) => ({ enlist: (all, at) => enlist(all.slice(0, 1), at) })),
    "one that begins anew whenever it is enlisted": delivering(({ enlist, forget }) => ({
      enlist: (all, at) => ResultAsync.combine(all.map(({ name }) => forget(name))).andThen(() => enlist(all, at)),
    })),
    "one that does not pause": delivering(() => ({ pause: () => okAsync(true) })),
    "one that pauses new events alone": delivering(({ retake, pause }) => {
      const paused = new Set<string>();
      return {
        pause: (name, is) => {
          if (is) paused.add(name);
          else paused.delete(name);
          return pause(name, is);
        },
        retake: (request) =>
          paused.has(request.subscriber)
            ? pause(request.subscriber, false).andThen(() =>
                retake(request).andThen((all) => pause(request.subscriber, true).map(() => all)),
              )
            : retake(request),
      };
    }),
    "one that pauses everybody": delivering(({ pause, status }) => ({
      pause: (name, paused) =>
        status("2026-01-01T00:00:00.000Z").andThen((all) =>
          ResultAsync.combine(all.map(({ subscriber }) => pause(subscriber, paused))).andThen(() => pause(name, paused)),
        ),
    })),
    "one that pauses whom it does not know": delivering(({ pause }) => ({ pause: (...args) => pause(...args).map(() => true) })),
    "one that forgets nobody": delivering(() => ({ forget: () => okAsync(true) })),
    "one that does not say whom it has forgotten": delivering(({ forget }) => ({ forget: (name) => forget(name).map(() => false) })),
    "one that knows no lag": telling({ lag: 0 }),
    "one that knows no oldest": telling({ oldest: null }),
    "one that has always an oldest": telling({ oldest: "2025-06-01T00:00:00.000Z" }),
    "one that does not tell what waits": telling({ waiting: 0 }),
    "one that does not tell what was given up": telling({ deadLetters: 0 }),
    "one that does not tell that it is paused": telling({ paused: false }),
    "one that does not tell what was delivered": telling({ delivered: 0 }),
    "one that counts dead letters among what waits": delivering(({ status }) => ({
      status: (at) => status(at).map((all) => all.map((one) => ({ ...one, waiting: one.waiting + one.deadLetters }))),
    })),
    "one whose tokens begin anew with its subscriber": delivering((deliveries) => {
      const { calls, tokenOf } = remembering(deliveries);
      return {
        ...calls,
        settle: (settled) =>
          deliveries.settle({
            ...settled,
            batches: settled.batches.map((batch) => ({ ...batch, token: tokenOf(settled.subscriber, batch.partition) })),
          }),
      };
    }),
  },
};
