import { sha256 } from "../../kernel/keys.js";
import type { StoredAggregate } from "../../ports/store.js";
import type { UserState } from "../state.js";
import type { ChallengePurpose } from "./events.js";

/** What another context says of a user that voids what was sent to him when it changes. */
export type Standing = (alongside: Readonly<Record<string, StoredAggregate>>) => readonly unknown[];

/**
 * What a challenge is void without, as a digest: his addresses, his password, and what accounts say of his standing, as they were when
 * it was issued. It is compared when the challenge is used, so that no change has to know of what it voids. What takes a change back
 * must outlive it.
 */
export async function bindingOf(
  purpose: ChallengePurpose,
  { emails, phones, credentials }: Pick<UserState, "emails" | "phones" | "credentials">,
  standing: readonly unknown[],
): Promise<string> {
  if (purpose === "revert-email") return "";
  const addresses = [...emails, ...phones].map(({ value }) => value).sort();
  const password = credentials.find(({ kind }) => kind === "password")?.id ?? null;
  return sha256(JSON.stringify([addresses, password, standing]));
}
