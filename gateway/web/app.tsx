import { useEffect, useState } from 'preact/hooks';
import type { Language } from '#model/text';
import { client, type Me } from './client.ts';
import { LanguageContext } from './page-context.ts';
import { Login } from './views/login.tsx';
import { PasswordChange } from './views/password-change.tsx';
import { Workplace } from './views/workplace.tsx';

const LANGUAGE_KEY = 'hygate-language';
/** Set while someone is logged in here, so that a first visit does not ask the gateway in vain. */
const VISITED_KEY = 'hygate-visited';

/** Who looks: unknown until the gateway was asked, then nobody or someone. */
type Visitor = Me | 'unknown' | 'nobody';

/** The page: log-in, change of the one-time password, or the work itself. */
export function App() {
  const choice = useLanguageChoice();
  const [visitor, setVisitor] = useState<Visitor>('unknown');
  useEffect(() => {
    if (localStorage.getItem(VISITED_KEY) === null) return setVisitor('nobody');
    client.me().then(setVisitor, () => setVisitor('nobody'));
  }, []);
  useEffect(() => {
    if (visitor === 'nobody') localStorage.removeItem(VISITED_KEY);
    else if (visitor !== 'unknown') localStorage.setItem(VISITED_KEY, 'yes');
  }, [visitor]);
  return (
    <LanguageContext.Provider value={choice}>
      <Visit visitor={visitor} onVisitor={setVisitor} />
    </LanguageContext.Provider>
  );
}

function Visit({ visitor, onVisitor }: { visitor: Visitor; onVisitor: (visitor: Visitor) => void }) {
  if (visitor === 'unknown') return null;
  if (visitor === 'nobody') return <Login onLogin={onVisitor} />;
  if (visitor.mustChange) return <PasswordChange onChanged={onVisitor} />;
  return <Workplace me={visitor} onLoggedOut={() => onVisitor('nobody')} />;
}

function useLanguageChoice() {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'zh',
  );
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(LANGUAGE_KEY, language);
  }, [language]);
  return { language, toggle: () => setLanguage(language === 'zh' ? 'en' : 'zh') };
}
