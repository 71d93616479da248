import { randomBytes } from "node:crypto";
import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { memory } from "denizen/memory";
import { messages } from "denizen/messages";
import { smsHttp } from "denizen/sms-http";
import { smtp } from "denizen/smtp";
import { openDatabase } from "./support/open-database.js";
import { postOffice } from "./support/post-office.js";
import { chapter, tell } from "./support/story.js";

// In memory, or with `--postgres` on a real database: the story is the same. The mails and texts are real in both.
await using database = process.argv.includes("--postgres") ? await openDatabase() : undefined;
const secret = randomBytes(32).toString("hex");
await using post = await postOffice(secret);

// Codes and links are derived from the keys, by the process that sends them and by the one that checks them.
const keys = { current: "2026-11", keys: { "2026-11": randomBytes(32) } };
await using mailServer = smtp({ ...post.smtp, from: "Planets <no-reply@planets.example>", insecure: true });

await using application = new Application({
  store: database?.store ?? memory(),
  keys,
  passwordHasher: argon2(),
  accounts: { activation: "verified", verify: ["email", "phone"] },
  messages: messages({
    product: "Planets",
    email: mailServer,
    sms: smsHttp({ url: post.gateway, secret }),
    links: {
      "verify-email": "https://planets.example/verify#{token}",
      "reset-password": "https://planets.example/reset#{token}",
      "log-in": "https://planets.example/enter#{token}",
    },
  }),
});
const { commands } = application;
const password = "correct horse battery staple";
const email = "ada@example.com";
const phone = "+34600123456";

// Messages leave through the event log: a command never waits for a mail server, and a mail server that is down loses nothing.
const sent = async (): Promise<void> => {
  const settled = await application.durable.settled();
  if (settled.isErr()) tell(settled.error.code);
};
const codeIn = (text: string): string => /\b\d{4}[ -]?\d{4}\b/.exec(text)?.[0] ?? "";
const tokenIn = (text: string): string => decodeURIComponent(/#(\S+)/.exec(text)?.[1] ?? "");

chapter("Signing up");
const signedUp = await commands.signUp({ name: "Ada Lovelace", emails: [email], phones: [phone], password });
tell(`the account is ${signedUp.isOk() ? signedUp.value.status : signedUp.error.code}`);
await sent();
const mail = post.mail(email, "/verify#");
tell(`a mail has arrived: ${mail.subject}`);

chapter("The link in it");
const link = tokenIn(mail.text);
const bare = await commands.verifyEmail({ link });
tell(`followed by anybody: ${bare.isOk() ? "ok" : bare.error.code}`);
const verified = await commands.verifyEmail({ link, password });
tell(`followed by who knows the password: ${verified.isOk() ? "verified" : verified.error.code}`);
const again = await commands.verifyEmail({ link, password });
tell(`and once more: ${again.isOk() ? "ok" : again.error.code}`);

chapter("The code by SMS");
const mistyped = await commands.verifyPhone({ phone, code: "0000 0000", password });
tell(`mistyped: ${mistyped.isOk() ? "ok" : mistyped.error.code}`);
const typed = await commands.verifyPhone({ phone, code: codeIn(post.text(phone)), password });
tell(`typed right: ${typed.isOk() ? "verified, and the account is active" : typed.error.code}`);
const loggedIn = await commands.logIn({ email, password });
tell(`logging in: ${loggedIn.isOk() ? loggedIn.value.status : loggedIn.error.code}`);

chapter("A forgotten password");
const stranger = await commands.requestPasswordReset({ email: "nobody@example.com" });
const asked = await commands.requestPasswordReset({ email });
tell(`a stranger's and Ada's answers are alike: ${JSON.stringify(stranger) === JSON.stringify(asked)}`);
await sent();
const reset = await commands.resetPassword({ link: tokenIn(post.mail(email, "/reset#").text), password: "a new horse with new batteries" });
tell(`reset: ${reset.isOk()}; the old password: ${await told(commands.logIn({ email, password }))}`);

chapter("Without a password");
const wanted = await commands.requestLogIn({ email });
tell(`asked for: ${wanted.isOk()}`);
await sent();
const code = codeIn(post.mail(email, "/enter#").text);
tell(`by the code in the mail: ${await told(commands.logInWithCode({ email, code }))}`);
tell(`the same code again: ${await told(commands.logInWithCode({ email, code }))}`);

async function told(answer: ReturnType<typeof commands.logInWithCode> | ReturnType<typeof commands.logIn>): Promise<string> {
  const result = await answer;
  return result.isOk() ? result.value.status : result.error.code;
}
