// Words of the scripts, in the page's language (templates/ui/shell/strings.html).
const words: Record<string, string> = JSON.parse(document.getElementById("strings")?.textContent ?? "{}");

export function text(key: string): string {
  return words[key] ?? key;
}

export const language = document.documentElement.lang;
