import { useContext } from 'preact/hooks';
import { LanguageContext, useWords } from '../page-context.ts';

export function LanguageSwitch() {
  const { toggle, language } = useContext(LanguageContext);
  const { w } = useWords();
  return (
    <button type="button" class="quiet" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={toggle}>
      {w.language}
    </button>
  );
}
