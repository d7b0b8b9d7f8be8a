// The field for expressions in the form editor writes its styles into a <style> element, which the pages' content policy does not
// allow; into a sheet that a script makes they may go. The library does so only inside a shadow tree: that condition is taken out.
import { readFileSync } from 'node:fs';

const CONDITION = '!root.head && root.adoptedStyleSheets';

export const allowedStyles = {
  name: 'allowed-styles',
  setup(build) {
    build.onLoad({ filter: /node_modules\/style-mod\/src\/style-mod\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes(CONDITION)) throw new Error(`not found in style-mod: ${CONDITION}`);
      return { contents: contents.replace(CONDITION, 'root.adoptedStyleSheets'), loader: 'js' };
    });
  },
};
