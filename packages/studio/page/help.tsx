import { Dialog } from './dialog.tsx';

/** The keys of the studio, by what they do. */
export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ['?', 'Show these keys'],
  ['a', 'Add a program'],
  ['c', 'Draw an arrow'],
  ['l', 'Lay the graph out'],
  ['f', 'Fit the graph into view'],
  ['p', 'Play, or stop'],
  ['u', 'Go over to the document while the graph runs'],
  ['1 to 5', 'Problems, refusals, logs, dashboards, text'],
  ['d', 'Dark or light'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'Undo, redo'],
  ['Tab, Enter', 'Go to a box or an arrow, select it'],
  ['Arrow keys', 'Move the selected box'],
  ['Delete', 'Remove what is selected'],
  ['Escape', 'Select nothing'],
];

/** Shows the keys. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table>
        <tbody>
          {SHORTCUTS.map(([keys, meaning]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <form method="dialog" className="buttons">
        <button type="submit" className="main">
          Close
        </button>
      </form>
    </Dialog>
  );
}
