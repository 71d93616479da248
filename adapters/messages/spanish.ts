import { duration } from "./duration.js";
import { instant } from "./instant.js";
import type { EmailContent, Paragraph, Templates } from "./templates.js";
import type { Wording } from "./wording.js";

/** What is said in Spanish: of `usted`, without regional words. */
export const spanish: Templates = {
  "verify-email": (m) =>
    email(m, `Confirme su correo electrónico para ${m.product}`, [
      `Se ha indicado esta dirección para una cuenta en ${m.product}. Por favor, confirme que es suya.`,
      ...proof(m, "Confirmar dirección"),
      "Si no ha sido usted, ignore este mensaje. Sin el código o el enlace nadie puede usar su dirección.",
    ]),
  "change-email": (m) =>
    email(m, `Confirme su nuevo correo electrónico para ${m.product}`, [
      `${m.to} va a ser el correo electrónico de una cuenta en ${m.product}. Por favor, confirme que esta dirección es suya.`,
      ...proof(m, "Confirmar nueva dirección"),
      "Si no ha sido usted, ignore este mensaje: no se cambiará nada.",
    ]),
  "revert-email": (m) =>
    email(m, `Ha cambiado el correo electrónico de su cuenta de ${m.product}`, [
      `Su cuenta en ${m.product} tiene un nuevo correo electrónico (${instant(m.at, "es")}). La dirección ${m.to} ya no se usa para ella.`,
      "Si lo ha cambiado usted, no tiene que hacer nada. Si no ha sido usted, deshaga el cambio ahora.",
      ...proof(m, "Deshacer el cambio"),
      "Después elija una nueva contraseña, porque puede que otra persona conozca la suya.",
    ]),
  "reset-password": (m) =>
    email(m, `Elija una nueva contraseña para ${m.product}`, [
      `Así puede elegir una nueva contraseña para su cuenta en ${m.product}.`,
      ...proof(m, "Elegir una nueva contraseña"),
      "Si no lo ha solicitado, ignore este mensaje: por sí solo no cambia nada. No comparta el código ni el enlace con nadie.",
    ]),
  "log-in": (m) =>
    email(m, `Inicie sesión en ${m.product}`, [
      `Así puede iniciar sesión en ${m.product}.`,
      ...proof(m, "Iniciar sesión"),
      "Si no ha sido usted, ignore este mensaje. No comparta el código ni el enlace con nadie: nunca se los pediremos.",
    ]),
  invitation: (m) =>
    email(m, `Le invitamos a ${m.product}`, [
      `Hay una cuenta preparada para usted en ${m.product}. Acepte la invitación para empezar a usarla.`,
      ...proof(m, "Aceptar la invitación"),
      "Si no esperaba este mensaje, ignórelo: la cuenta quedará sin usar.",
    ]),
  "sign-up-repeated": (m) =>
    email(m, `Ya tiene una cuenta en ${m.product}`, [
      `Alguien ha intentado registrarse en ${m.product} con este correo electrónico (${instant(m.at, "es")}). Ya tiene una cuenta.`,
      "Si ha sido usted, inicie sesión como siempre; si ha olvidado su contraseña, solicite una nueva en la página de inicio de sesión.",
      "Si no ha sido usted, no tiene que hacer nada. No se ha revelado a nadie que tiene una cuenta.",
    ]),
  "password-changed": (m) =>
    email(m, `Ha cambiado su contraseña de ${m.product}`, [
      `Se ha cambiado la contraseña de su cuenta en ${m.product} (${instant(m.at, "es")}).`,
      "Si ha sido usted, no tiene que hacer nada.",
      NOT_YOU,
    ]),
  "factor-added": (m) =>
    email(m, `Hay una nueva forma de iniciar sesión en su cuenta de ${m.product}`, [
      `Se ha añadido una forma de iniciar sesión${named(m)} a su cuenta en ${m.product} (${instant(m.at, "es")}).`,
      "Si ha sido usted, no tiene que hacer nada.",
      NOT_YOU,
    ]),
  "factor-removed": (m) =>
    email(m, `Se ha eliminado una forma de iniciar sesión de su cuenta de ${m.product}`, [
      `Se ha eliminado una forma de iniciar sesión${named(m)} de su cuenta en ${m.product} (${instant(m.at, "es")}).`,
      "Si ha sido usted, no tiene que hacer nada.",
      NOT_YOU,
    ]),
  "new-device": (m) =>
    email(m, `Nuevo inicio de sesión en su cuenta de ${m.product}`, [
      `Se ha iniciado sesión en su cuenta de ${m.product} (${instant(m.at, "es")}) desde un dispositivo que no conocíamos${named(m)}.`,
      "Si ha sido usted, no tiene que hacer nada.",
      NOT_YOU,
    ]),
  // "Clave" and not "código": GSM 03.38 has no ó, and one such letter would halve what fits into an SMS.
  sms: {
    "verify-phone": (m) => sms(m, "para confirmar su teléfono"),
    "log-in": (m) => sms(m, "para entrar"),
    "reset-password": (m) => sms(m, "para elegir una nueva contraseña"),
  },
};

const NOT_YOU =
  "Si no ha sido usted, puede que otra persona tenga su contraseña: elija una nueva cuanto antes y cierre sesión en todos sus dispositivos.";

const email = (m: Wording, subject: string, paragraphs: readonly Paragraph[]): EmailContent => ({
  subject,
  greeting: m.name === null ? "Hola:" : `Hola, ${m.name}:`,
  paragraphs,
  closing: `El equipo de ${m.product}`,
});

/** How to prove it: by code, by link, or by whichever of them one likes. */
function proof({ code, link }: Wording, label: string): readonly Paragraph[] {
  const typed: readonly Paragraph[] = code === null ? [] : ["Introduzca este código:", { code: code.text }];
  const followed: readonly Paragraph[] = link === null ? [] : [{ link: link.url, label }];
  const [ofCode, ofLink] = [code, link].map((each) => (each === null ? undefined : duration(each.validFor, "es")));
  if (ofCode === undefined || ofLink === undefined)
    return [...typed, ...followed, `Es válido una sola vez, durante ${ofCode ?? ofLink ?? ""}.`];
  const both =
    ofCode === ofLink ? `Ambos son válidos durante ${ofCode}.` : `El código es válido durante ${ofCode} y el enlace durante ${ofLink}.`;
  return [...typed, "O abra este enlace:", ...followed, `${both} Basta con uno de los dos.`];
}

const named = ({ detail }: Wording): string => (detail === null ? "" : ` (${detail})`);

const sms = ({ product, code }: Wording, purpose: string): string =>
  `${product}: ${code?.text ?? ""} es su clave ${purpose}. Vale ${duration(code?.validFor ?? 0, "es")}. No la comparta con nadie.`;
