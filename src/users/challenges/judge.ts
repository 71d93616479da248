import { sameText } from "../../kernel/seal.js";
import type { Counted } from "../../ports/attempts.js";
import type { ProofRefusal } from "../events.js";
import type { UserServices } from "../services.js";
import type { UserState } from "../state.js";
import { bindingOf } from "./binding.js";
import { challengesBehaviour, liveIn } from "./challenges.js";
import type { ChallengesState } from "./challenges.js";
import type { Challenge, ChallengePurpose } from "./events.js";
import type { ChallengeForm } from "./forms.js";
import { typedCode } from "./secrets.js";

/** What was typed, or which challenge the link was sealed for: nothing for a link that is none of ours. */
export type Shown = { readonly form: "code"; readonly code: unknown } | { readonly form: "link"; readonly challenge: string | undefined };

/** The names of the counter and of the method of a challenge: guesses at one purpose do not lock another. */
export const challengeMethod = (purpose: ChallengePurpose, form: ChallengeForm): string => `${purpose}-${form}`;

export type Judgement = { readonly challenge: Challenge; readonly user: UserState } | { readonly refusal: ProofRefusal };

/** Whether what is shown is the live challenge of its purpose. Derives and compares as much for a stranger as for a user. */
export async function judgeChallenge(
  { secrets, engine, standing }: UserServices,
  { aggregate, alongside }: Counted,
  { tenant, purpose, shown }: { readonly tenant: string; readonly purpose: ChallengePurpose; readonly shown: Shown },
): Promise<Judgement> {
  // Both are stored by the users context itself, which is the only one that registers these kinds.
  const user = aggregate?.state as UserState | undefined;
  const live = liveIn(alongside[challengesBehaviour.kind]?.state as ChallengesState | undefined, purpose);
  const compared = live ?? { ...nobodys, purpose, key: secrets.key };
  const expected = await secrets.code(tenant, aggregate?.id ?? "", compared);
  const isRight =
    shown.form === "link"
      ? sameText(compared.id, shown.challenge ?? "")
      : expected !== undefined && sameText(expected, typedCode(shown.code) ?? "");
  if (user === undefined) return { refusal: "stranger" };
  if (user.removedAt !== null) return { refusal: "removed" };
  if (live === undefined) return { refusal: "no-credential" };
  if (!isRight) return { refusal: "wrong" };
  const expiresAt = shown.form === "link" ? live.linkExpiresAt : live.codeExpiresAt;
  if (expiresAt === null || engine.clock.now() >= Date.parse(expiresAt)) return { refusal: "expired" };
  const binding = await bindingOf(purpose, user, standing(alongside));
  return binding === live.binding ? { challenge: live, user } : { refusal: "outdated" };
}

const nobodys = { id: "", channel: "email", binding: "", issuedAt: "", codeExpiresAt: null, linkExpiresAt: null } as const;
