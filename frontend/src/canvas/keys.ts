/** Whether a key belongs to whatever has the focus, and not to the drawing. */

/** What lies over the canvas and takes the keys for itself. */
export const OVERLAYS = '.ant-modal-wrap:not([style*="none"]), .ant-dropdown:not(.ant-dropdown-hidden), .ant-select-dropdown:not(.ant-select-dropdown-hidden)'

export function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input,textarea,select,[role=combobox],[role=listbox],[role=menu],[role=dialog],[role=tablist],.ant-select-dropdown') !== null
}
