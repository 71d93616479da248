import { accountSettings } from "./accounts/config.js";
import { accountBehaviour } from "./accounts/behaviour.js";
import { defineAccounts } from "./accounts/definition.js";
import { sessionEvents } from "./accounts/events.js";
import { react } from "./accounts/reactions.js";
import { defineRoleHolders } from "./accounts/role-holders.js";
import type { AccountServices } from "./accounts/services.js";
import type { Config, Declaration } from "./config.js";
import type { Engine } from "./engine.js";
import { systemClock, timestamp } from "./kernel/clock.js";
import type { AggregateDefinition, AggregateDefinitions } from "./kernel/definition.js";
import { withDefaults } from "./kernel/defaults.js";
import { ConfigurationError } from "./kernel/error.js";
import type { DomainError } from "./kernel/error.js";
import { uuidv7 } from "./kernel/ids.js";
import type { DomainEvent, EventDefinition } from "./kernel/event.js";
import { ephemeralKeys, hmac } from "./kernel/keys.js";
import type { Keys } from "./kernel/keys.js";
import { Seals } from "./kernel/seal.js";
import { hex, systemRandom } from "./kernel/random.js";
import type { Random } from "./kernel/random.js";
import { Bus } from "./messaging/bus.js";
import type { Lockout } from "./ports/attempts.js";
import { subscribeTo } from "./messaging/in-transaction.js";
import { Subscriptions } from "./messaging/subscriptions.js";
import { DurableSubscribers } from "./messaging/durable/subscribers.js";
import { Wake } from "./messaging/wake.js";
import { uninstrumented } from "./uninstrumented.js";
import type { Methods } from "./types.js";
import { problemsOf } from "./config-problems.js";
import { guarded } from "./guarded.js";
import { sendMessages } from "./messages/send-messages.js";
import { standingAlongside } from "./accounts/standing-of.js";
import { defineChallenges } from "./users/challenges/challenges.js";
import { ChallengeSecrets } from "./users/challenges/secrets.js";
import { challengeSettings } from "./users/challenges/settings.js";
import { defineUsers } from "./users/definition.js";
import { proofEvents } from "./users/events.js";
import { PasswordMethod } from "./users/methods/password.js";
import { passwordPolicy } from "./users/password-policy.js";
import type { UserServices } from "./users/services.js";
import { PhoneNumber } from "./users/values/phone-number.js";

/** Ten guesses are enough for a bad memory, and a day of guessing stays below the hundred of NIST SP 800-63B-4 §3.2.2. */
const LOCKOUT: Lockout = { limit: 10, first: 60_000, longest: 60 * 60_000, memory: 24 * 60 * 60_000 };

/** Turns a configuration into what every unit of work needs, or throws one `ConfigurationError` with all that is wrong. */
export function wire<
  Tx,
  Aggregates extends AggregateDefinitions,
  A extends object,
  AI extends object,
  M extends Methods,
  D extends Declaration<DomainError>,
  R extends string,
>(config: Config<Tx, Aggregates, A, AI, M, D, R>): Engine {
  const problems = problemsOf(config);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { clock = systemClock, random = systemRandom, attributes, store } = config;
  const onError = config.onError ?? reportToConsole;
  const ids = config.ids ?? uuidv7(clock, random);
  const keys = config.keys ?? ephemeralKeys(random);
  const seals = new Seals(keys);
  const settings = accountSettings(config.accounts);
  const known: AggregateDefinitions = {
    users: defineUsers(() => services),
    accounts: defineAccounts(settings.hierarchy),
    roleHolders: defineRoleHolders(),
    challenges: defineChallenges(),
    ...config.aggregates,
  };
  // From here on a definition only ever meets states and events of its own, and the compiler need not know which.
  const definitions = new Map(Object.entries(known) as [string, AggregateDefinition][]);
  const events = new Map(
    [...[...definitions.values()].map(({ events }) => events), proofEvents, sessionEvents].flatMap(Object.entries<EventDefinition>),
  );
  const wake = new Wake(store.wakeUps, () => hex(systemRandom.bytes(8)));
  const engine: Engine = {
    store,
    clock,
    ids,
    random,
    facts: { now: () => timestamp(clock.now()), nextId: () => ids.next() },
    definitions,
    eventTypes: new Set([...definitions.values()].flatMap(({ events }) => Object.keys(events))),
    events,
    bus: new Bus(onError, wake),
    wake,
    durable: new DurableSubscribers(events),
    instrumentation: config.instrumentation === undefined ? uninstrumented : guarded(config.instrumentation),
    subscriptions: new Subscriptions(),
    subscriberTimeout: config.subscriberTimeout ?? 10_000,
    get users() {
      return services;
    },
    get accounts() {
      return accounts;
    },
  };
  const services: UserServices = {
    engine,
    methods: { ...config.methods, ...passwordMethod(config, random) },
    // It is given what the host's callers pass, and says itself whether that will do.
    attributes,
    phoneParser: config.phoneNumbers ?? PhoneNumber,
    lockout: withDefaults(LOCKOUT, config.attempts),
    alongside: [accountBehaviour.kind],
    challenges: challengeSettings(config.challenges),
    secrets: new ChallengeSecrets(keys, seals),
    standing: standingAlongside,
    stranger: strangersOf(keys),
  };
  const accounts: AccountServices = { engine, ...settings, accessTokens: config.accessTokens, seals };
  react(engine.subscriptions, settings);
  if (config.messages !== undefined) sendMessages(engine, config.messages, onError);
  const declared = config.subscribers?.((type, handler) => ({ type, handler })) ?? [];
  for (const { type, handler } of declared) subscribeTo(engine.subscriptions, engine.eventTypes, type, handler, true);
  return engine;
}

const passwordMethod = (
  { passwordHasher, passwords }: Pick<Config<never, never, object, object, Methods, never>, "passwordHasher" | "passwords">,
  random: Random,
) => (passwordHasher === undefined ? {} : { password: new PasswordMethod(passwordHasher, passwordPolicy(passwords), random) });

/** Nobody can tell from a counter's name what was typed: not even a password that went into the wrong field. */
function strangersOf({ current, keys }: Keys): (text: string) => Promise<string> {
  const sign = hmac(keys[current] ?? new Uint8Array(32));
  return async (text) => `stranger:${await sign(text)}`;
}

function reportToConsole(error: unknown, event: DomainEvent): void {
  console.error(`denizen: a subscriber to ${event.type} failed after the commit`, error);
}
