import { useCallback, useEffect, useLayoutEffect, useState } from 'react';

const KEY = 'cloudabi-studio-theme';

/** Dark or light: as the user has chosen here, else as the browser wants it. */
export function useTheme(): readonly [dark: boolean, toggle: () => void] {
  const wanted = matchMedia('(prefers-color-scheme: dark)');
  const [chosen, setChosen] = useState(() => localStorage.getItem(KEY));
  const [system, setSystem] = useState(wanted.matches);
  useEffect(() => {
    const onChange = (event: MediaQueryListEvent) => setSystem(event.matches);
    wanted.addEventListener('change', onChange);
    return () => wanted.removeEventListener('change', onChange);
  }, [wanted]);
  const dark = chosen === null ? system : chosen === 'dark';
  // Before charts read the colours.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }, [dark]);
  const toggle = useCallback(() => {
    setChosen((now) => {
      const next = (now === null ? system : now === 'dark') ? 'light' : 'dark';
      localStorage.setItem(KEY, next);
      return next;
    });
  }, [system]);
  return [dark, toggle];
}
