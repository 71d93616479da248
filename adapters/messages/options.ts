import { ConfigurationError } from "denizen";
import type { Messenger, NoticeKind, UserMessage } from "denizen/ports";
import { english } from "./english.js";
import { problemsOfLinks } from "./links.js";
import type { Links } from "./links.js";
import { languageOf, ownLanguage } from "./locales.js";
import type { Language, Languages } from "./locales.js";
import { oneLine } from "./presentable.js";
import { spanish } from "./spanish.js";
import { EMAIL_KINDS, SMS_KINDS } from "./templates.js";
import type { Templates } from "./templates.js";

export interface MessagesOptions {
  /** Who carries e-mails, `smtp` of `denizen/smtp` for instance. One at least of `email` and `sms`. */
  readonly email?: Pick<Messenger, "sendEmail">;
  readonly sms?: Pick<Messenger, "sendSms">;
  /** What the product is called in what is sent. At most 60 characters. */
  readonly product: string;
  /** An e-mail whose purpose has none carries its code only. */
  readonly links?: Links;
  /**
   * By language tag; the first is spoken where no other is asked for. Default: `{ en: english, es: spanish }`. To say something else
   * in your own words: `{ en: { ...english, invitation: (m) => … } }`.
   */
  readonly templates?: Readonly<Record<string, Templates>>;
  /** The language tag for a message. Default: the user's attribute `locale`, or `language`. */
  readonly locale?: (message: UserMessage) => string;
  /** Which notices are sent; all by default. */
  readonly notices?: readonly NoticeKind[];
}

export interface Settings {
  readonly email: Pick<Messenger, "sendEmail"> | undefined;
  readonly sms: Pick<Messenger, "sendSms"> | undefined;
  readonly product: string;
  readonly links: Links;
  readonly languageFor: (message: UserMessage) => Language;
  readonly notices: ReadonlySet<string>;
}

const KNOWN = new Set(["email", "sms", "product", "links", "templates", "locale", "notices"]);

const NOTICES: { readonly [Kind in NoticeKind]: true } = {
  "sign-up-repeated": true,
  "password-changed": true,
  "factor-added": true,
  "factor-removed": true,
  "new-device": true,
};

export const isNotice = (kind: unknown): kind is NoticeKind => typeof kind === "string" && Object.hasOwn(NOTICES, kind);

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: MessagesOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["messages: the options must be an object"]);
  const { email, sms, product, links = {}, templates = { en: english, es: spanish }, locale, notices = Object.keys(NOTICES) } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `there is no option ${JSON.stringify(name)}`),
    ...(email === undefined && sms === undefined ? ["email or sms must be given"] : []),
    ...(email === undefined || typeof email?.sendEmail === "function" ? [] : ["email must be a messenger with sendEmail"]),
    ...(sms === undefined || typeof sms?.sendSms === "function" ? [] : ["sms must be a messenger with sendSms"]),
    ...(isProduct(product) ? [] : ["product must be a name of 1 to 60 characters, on one line"]),
    ...problemsOfLinks(links),
    ...problemsOfTemplates(templates),
    ...(locale === undefined || typeof locale === "function" ? [] : ["locale must be a function"]),
    ...(Array.isArray(notices) && notices.every(isNotice) ? [] : [`notices must be a list of ${Object.keys(NOTICES).join(", ")}`]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `messages: ${problem}`));
  // There is one at least: a record without any is a problem.
  const [first = { locale: "en", templates: english }, ...others] = Object.entries(templates).map(([tag, each]): Language => ({
    locale: tag,
    templates: each,
  }));
  const languages: Languages = [first, ...others];
  const asked = (message: UserMessage): Language | undefined =>
    locale === undefined ? ownLanguage(message, languages) : languageOf(locale(message), languages);
  return {
    email,
    sms,
    product,
    links: { ...links },
    languageFor: (message) => asked(message) ?? languages[0],
    notices: new Set<string>(notices),
  };
}

const isProduct = (product: unknown): boolean =>
  typeof product === "string" && product !== "" && [...product].length <= 60 && oneLine(product) === product;

function problemsOfTemplates(templates: unknown): readonly string[] {
  if (typeof templates !== "object" || templates === null || Object.keys(templates).length === 0)
    return ["templates must have one language at least"];
  return Object.entries(templates).flatMap(([tag, each]: [string, Partial<Templates> | null]) => [
    ...(isTag(tag) ? [] : [`templates: ${JSON.stringify(tag)} is no language tag`]),
    ...missing(each, EMAIL_KINDS).map((kind) => `templates.${tag}[${JSON.stringify(kind)}] must be a function`),
    ...missing(each?.sms, SMS_KINDS).map((kind) => `templates.${tag}.sms[${JSON.stringify(kind)}] must be a function`),
  ]);
}

const missing = (functions: unknown, names: readonly string[]): readonly string[] =>
  names.filter((name) => typeof functions !== "object" || functions === null || typeof Reflect.get(functions, name) !== "function");

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
