type FrameTexts = { title: string; unreachable: string };

/** What must be said outside the frame: its name for screen readers, and that it could not be loaded. */
const texts: Readonly<Record<string, readonly [title: string, unreachable: string]>> = {
  cs: ['Platební formulář', 'Platební formulář se nepodařilo načíst. Zkontrolujte připojení a načtěte stránku znovu.'],
  de: [
    'Zahlungsformular',
    'Das Zahlungsformular konnte nicht geladen werden. Bitte prüfen Sie Ihre Verbindung und laden Sie die Seite neu.',
  ],
  en: ['Payment form', 'The payment form could not be loaded. Please check your connection and reload the page.'],
  es: ['Formulario de pago', 'No se pudo cargar el formulario de pago. Compruebe su conexión y recargue la página.'],
  fr: [
    'Formulaire de paiement',
    'Le formulaire de paiement n’a pas pu être chargé. Vérifiez votre connexion et rechargez la page.',
  ],
  hu: ['Fizetési űrlap', 'A fizetési űrlap nem tölthető be. Ellenőrizze a kapcsolatot, és töltse újra az oldalt.'],
  it: [
    'Modulo di pagamento',
    'Impossibile caricare il modulo di pagamento. Controlli la connessione e ricarichi la pagina.',
  ],
  nb: ['Betalingsskjema', 'Betalingsskjemaet kunne ikke lastes. Kontroller tilkoblingen og last siden på nytt.'],
  nl: [
    'Betaalformulier',
    'Het betaalformulier kon niet worden geladen. Controleer uw verbinding en laad de pagina opnieuw.',
  ],
  pl: ['Formularz płatności', 'Nie udało się wczytać formularza płatności. Sprawdź połączenie i odśwież stronę.'],
  ro: ['Formular de plată', 'Formularul de plată nu a putut fi încărcat. Verificați conexiunea și reîncărcați pagina.'],
  ru: ['Платёжная форма', 'Не удалось загрузить платёжную форму. Проверьте соединение и обновите страницу.'],
  sl: ['Plačilni obrazec', 'Plačilnega obrazca ni bilo mogoče naložiti. Preverite povezavo in znova naložite stran.'],
  sv: ['Betalningsformulär', 'Betalningsformuläret kunde inte laddas. Kontrollera anslutningen och ladda om sidan.'],
  tr: ['Ödeme formu', 'Ödeme formu yüklenemedi. Lütfen bağlantınızı kontrol edip sayfayı yenileyin.'],
};

/** In the locale's language, in English when that is not among them. */
export function frameTexts(locale: string): FrameTexts {
  const language = locale.slice(0, 2).toLowerCase();
  const [title = '', unreachable = ''] = (Object.hasOwn(texts, language) && texts[language]) || texts['en'] || [];
  return { title, unreachable };
}
