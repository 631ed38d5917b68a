import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './texts/en.json';
import zh from './texts/zh.json';

export type Language = 'zh' | 'en';
const KEY = 'yxrisk.language';

/** Loads both languages: they are small, and a switch then needs no waiting. */
export async function startTexts(): Promise<void> {
  const language: Language = localStorage.getItem(KEY) === 'en' ? 'en' : 'zh';
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export async function switchLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  await i18next.changeLanguage(language);
}
