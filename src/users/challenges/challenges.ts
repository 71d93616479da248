import { AggregateRoot } from "../../kernel/aggregate.js";
import type { AggregateDefinition } from "../../kernel/definition.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { Foldable } from "../../kernel/event.js";
import { err } from "../../kernel/result.js";
import { challengeEvents } from "./events.js";
import type { Challenge, ChallengeEvents, ChallengePayloads, ChallengePurpose } from "./events.js";

export type ChallengesState = {
  /** At most one that can still be used for each purpose. */
  readonly live: readonly Challenge[];
};

type Issued = ChallengePayloads["challenge-issued"];

/**
 * The one-time proofs of one user, under his id. A rule of theirs is a rule of one aggregate: of any number of uses at the same
 * time one wins the race for its version, in the commit of what it is used for.
 */
export class Challenges extends AggregateRoot<ChallengesState, ChallengeEvents> {
  /** The one that can be used for a purpose. */
  live(purpose: ChallengePurpose): Challenge | undefined {
    return liveIn(this.state, purpose);
  }

  issue(challenge: Omit<Issued, "challenge">): void {
    this.record("challenge-issued", { challenge: this.facts.nextId(), ...challenge });
  }

  spend({ id, purpose }: Challenge): void {
    this.record("challenge-spent", { challenge: id, purpose });
  }

  void(): void {
    if (this.state.live.length > 0) this.record("challenges-voided", {});
  }
}

export const liveIn = (state: ChallengesState | undefined, purpose: ChallengePurpose): Challenge | undefined =>
  state?.live.find((challenge) => challenge.purpose === purpose);

/** The pure part of challenges: the same for every application. */
export const challengesBehaviour = {
  kind: "challenges",
  events: challengeEvents,
  evolve,
  subject: (id: string): string => id,
} as const;

function evolve({ live }: ChallengesState = { live: [] }, event: Foldable<ChallengeEvents>): ChallengesState {
  switch (event.type) {
    case "challenge-issued": {
      const { challenge: id, address, binding = "", ...rest } = event.payload;
      const issued: Challenge = { id, address, binding, issuedAt: event.occurredAt, ...rest };
      return { live: [...live.filter(({ purpose }) => purpose !== rest.purpose), issued] };
    }
    case "challenge-spent":
      return { live: live.filter(({ id }) => id !== event.payload.challenge) };
    case "challenges-voided":
      return { live: [] };
  }
}

export type ChallengesDefinition = AggregateDefinition<Challenges, ChallengesState, ChallengeEvents, never, InvalidArgument, never>;

/** `Challenges`, registered in the way of the host's own aggregates. */
export const defineChallenges = (): ChallengesDefinition => ({
  ...challengesBehaviour,
  from: (root) => new Challenges(root),
  create: () => err(invalidArgument("challenges", "are issued by commands")),
});
