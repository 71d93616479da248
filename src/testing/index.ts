/** Published as `denizen/testing`: what tests of aggregates, hosts and stores need. Knows no test runner. */
export { AssertionFailed } from "./assertions.js";
export { fixedClock, seededRandom, sequentialIds } from "./fakes.js";
export { fastHasher } from "./fast-hasher.js";
export { given, recordedEvents } from "./given.js";
export { mailbox } from "./mailbox.js";
export { joinContract } from "./contract/join.js";
export { storeContract } from "./contract/index.js";

export type { FixedClock } from "./fakes.js";
export type { FastHasher } from "./fast-hasher.js";
export type { Decider, Happened, Then, When } from "./given.js";
export type { ContractCase } from "./contract/case.js";
export type { Letter, LetterFilter, Mailbox } from "./mailbox.js";
export type { Joinable } from "./contract/join.js";
