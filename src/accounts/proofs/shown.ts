import type { InvalidArgument } from "../../kernel/error.js";
import { invalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Lookup } from "../../ports/store.js";
import type { ChallengePurpose } from "../../users/challenges/events.js";
import { lookupToProve } from "../../users/criteria.js";
import type { CriteriaError } from "../../users/criteria.js";
import type { ChallengeProof } from "../../users/prover.js";
import type { CommandContext } from "../context.js";
import { criteriaIn } from "../log-in-input.js";
import type { LogInCriteria } from "../log-in-input.js";

/** What somebody shows who was sent something: the link's token, or the code and to whom it was sent. */
export interface LinkInput {
  /** The token that the link carries. */
  readonly link: string;
  readonly code?: never;
}

export type CodeInput<Criteria = LogInCriteria> = Criteria & {
  /** Eight digits; spaces and hyphens between them do not matter. */
  readonly code: string;
  readonly link?: never;
};

export type ShownError = CriteriaError | InvalidArgument;

/** What is shown for a purpose, and whose it is said to be: `own` where a code need not say so. */
export async function shownIn(
  context: CommandContext,
  purpose: ChallengePurpose,
  input: unknown,
  own?: string,
): Promise<Result<ChallengeProof, ShownError>> {
  const [link, code] = [field(input, "link"), field(input, "code")];
  if (link !== undefined) return ok(await linkShown(context, purpose, link, own));
  if (code === undefined) return err(invalidArgument("input", "must have the link's token, or the code"));
  const target = own === undefined ? targetIn(context, input) : ok<Lookup>({ kind: "user", id: own });
  return target.map((found) => ({ target: found, purpose, shown: { form: "code", code } }));
}

/** Of whom somebody speaks in a request, or with a code. */
export function targetIn({ engine }: CommandContext, input: unknown): Result<Lookup, ShownError> {
  const criteria = criteriaIn(input);
  return criteria.isErr() ? err(criteria.error) : lookupToProve(criteria.value, engine.users.phoneParser);
}

/** A link that is none of ours, for another purpose or somebody else's is counted and refused like one that was used. */
async function linkShown({ engine, scope: { tenant } }: CommandContext, purpose: ChallengePurpose, link: unknown, own?: string) {
  const opened = await engine.users.secrets.open(tenant, link);
  const good = opened?.purpose === purpose && (own === undefined || opened.userId === own) ? opened : undefined;
  const stranger = typeof link === "string" ? link.slice(0, 512) : typeof link;
  const id = own ?? good?.userId ?? (await engine.users.stranger(JSON.stringify([tenant, "link", stranger])));
  return { target: { kind: "user", id }, purpose, shown: { form: "link", challenge: good?.challenge } } as const;
}
