import { attempt, authorize, defaultRoles, isAdministrator, Username } from "denizen";
import type { UserActor } from "denizen";
import type { AccountsApplication } from "../application.js";
import { ProfileRows } from "./table.js";

// A token only says who asks. Whether his session lives, and what he may do, is read afresh: by `currentAccount`.

export const myProfile = (application: AccountsApplication, actor: UserActor) =>
  attempt(async function* () {
    const { id } = yield* application.as(actor).commands.currentAccount();
    await using uow = application.unitOfWork();
    return await new ProfileRows(uow).retrieve({ profileId: id });
  });

/** By denizen's rules of usernames, look-alikes among them, and by the profile's own. */
export const setUsername = (application: AccountsApplication, actor: UserActor, username: string) =>
  attempt(async function* () {
    const doors = application.as(actor);
    const { id } = yield* doors.commands.currentAccount();
    const claim = yield* await Username.claim(username);
    return await doors.transact(async function* ({ uow }) {
      const profile = yield* uow.profiles.get(id);
      return profile.rename(claim);
    });
  });

export const listProfiles = (
  application: AccountsApplication,
  actor: UserActor,
  page: { readonly limit: number; readonly after?: string },
) =>
  attempt(async function* () {
    const account = yield* application.as(actor).commands.currentAccount();
    yield* authorize(isAdministrator, { actor: { kind: "user", account }, hierarchy: defaultRoles });
    await using uow = application.unitOfWork();
    return await new ProfileRows(uow).list(page);
  });
