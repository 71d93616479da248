import { duration } from "./duration.js";
import { instant } from "./instant.js";
import type { EmailContent, Paragraph, Templates } from "./templates.js";
import type { Wording } from "./wording.js";

/** What is said in English. */
export const english: Templates = {
  "verify-email": (m) =>
    email(m, `Confirm your e-mail address for ${m.product}`, [
      `This address was given for an account at ${m.product}. Please confirm that it is yours.`,
      ...proof(m, "Confirm address"),
      "If it was not you, please ignore this e-mail. Without the code or the link nobody can use your address.",
    ]),
  "change-email": (m) =>
    email(m, `Confirm your new e-mail address for ${m.product}`, [
      `${m.to} is to become the e-mail address of an account at ${m.product}. Please confirm that it is yours.`,
      ...proof(m, "Confirm new address"),
      "If it was not you, please ignore this e-mail: nothing will be changed.",
    ]),
  "revert-email": (m) =>
    email(m, `The e-mail address of your ${m.product} account was changed`, [
      `Your account at ${m.product} has a new e-mail address since ${instant(m.at, "en")}. ${m.to} is no longer used for it.`,
      "If you changed it yourself, there is nothing for you to do. If it was not you, take it back now.",
      ...proof(m, "Take the change back"),
      "Then choose a new password, because somebody else may know yours.",
    ]),
  "reset-password": (m) =>
    email(m, `Choose a new password for ${m.product}`, [
      `Here is how to choose a new password for your account at ${m.product}.`,
      ...proof(m, "Choose a new password"),
      "If you did not ask for this, please ignore this e-mail: it changes nothing by itself. Do not give the code or the link to anyone.",
    ]),
  "log-in": (m) =>
    email(m, `Log in to ${m.product}`, [
      `Here is how to log in to ${m.product}.`,
      ...proof(m, "Log in"),
      "If it was not you, please ignore this e-mail. Do not give the code or the link to anyone: nobody at our end will ask for them.",
    ]),
  invitation: (m) =>
    email(m, `You are invited to ${m.product}`, [
      `An account at ${m.product} has been prepared for you. Accept the invitation to set it up.`,
      ...proof(m, "Accept the invitation"),
      "If you did not expect this, please ignore this e-mail: the account stays unused.",
    ]),
  "sign-up-repeated": (m) =>
    email(m, `You already have an account at ${m.product}`, [
      `Somebody has tried to sign up at ${m.product} with this e-mail address on ${instant(m.at, "en")}. It already has an account.`,
      "If it was you, log in as usual; if you have forgotten your password, ask for a new one where you log in.",
      "If it was not you, there is nothing for you to do. Nobody was told that you have an account.",
    ]),
  "password-changed": (m) =>
    email(m, `Your password for ${m.product} was changed`, [
      `The password of your account at ${m.product} was changed on ${instant(m.at, "en")}.`,
      "If it was you, there is nothing for you to do.",
      NOT_YOU,
    ]),
  "factor-added": (m) =>
    email(m, `A new way to log in was added to your ${m.product} account`, [
      `A way to log in${named(m)} was added to your account at ${m.product} on ${instant(m.at, "en")}.`,
      "If it was you, there is nothing for you to do.",
      NOT_YOU,
    ]),
  "factor-removed": (m) =>
    email(m, `A way to log in was removed from your ${m.product} account`, [
      `A way to log in${named(m)} was removed from your account at ${m.product} on ${instant(m.at, "en")}.`,
      "If it was you, there is nothing for you to do.",
      NOT_YOU,
    ]),
  "new-device": (m) =>
    email(m, `New log-in to your ${m.product} account`, [
      `Your account at ${m.product} was used on ${instant(m.at, "en")} from a device that we have not seen before${named(m)}.`,
      "If it was you, there is nothing for you to do.",
      NOT_YOU,
    ]),
  sms: {
    "verify-phone": (m) => sms(m, "to confirm your phone number"),
    "log-in": (m) => sms(m, "to log in"),
    "reset-password": (m) => sms(m, "to choose a new password"),
  },
};

const NOT_YOU = "If it was not you, somebody else may have your password: choose a new one at once, and log out everywhere.";

const email = (m: Wording, subject: string, paragraphs: readonly Paragraph[]): EmailContent => ({
  subject,
  greeting: m.name === null ? "Hello," : `Hello ${m.name},`,
  paragraphs,
  closing: `The ${m.product} team`,
});

/** How to prove it: by code, by link, or by whichever of them one likes. */
function proof({ code, link }: Wording, label: string): readonly Paragraph[] {
  const typed: readonly Paragraph[] = code === null ? [] : ["Enter this code:", { code: code.text }];
  const followed: readonly Paragraph[] = link === null ? [] : [{ link: link.url, label }];
  const [ofCode, ofLink] = [code, link].map((each) => (each === null ? undefined : duration(each.validFor, "en")));
  if (ofCode === undefined || ofLink === undefined) return [...typed, ...followed, `It works once, for ${ofCode ?? ofLink ?? ""}.`];
  const both = ofCode === ofLink ? `Both work for ${ofCode}.` : `The code works for ${ofCode} and the link for ${ofLink}.`;
  return [...typed, "Or open this link instead:", ...followed, `${both} You need only one of them.`];
}

const named = ({ detail }: Wording): string => (detail === null ? "" : ` (${detail})`);

const sms = ({ product, code }: Wording, purpose: string): string =>
  `${product}: ${code?.text ?? ""} is your code ${purpose}. It works for ${duration(code?.validFor ?? 0, "en")}. Do not give it to anyone.`;
