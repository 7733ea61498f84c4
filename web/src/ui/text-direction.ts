/** In which direction the page is written: parts that are not told take it to be from left to right. */
export function textDirection(): 'ltr' | 'rtl' {
  return document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr';
}
