/** The icons in use: 24 px grid, round stroke, no fills. Drawn once in a sprite, shown by reference. */
export type IconName =
  | 'alert'
  | 'back'
  | 'camera'
  | 'close'
  | 'disk'
  | 'down'
  | 'edit'
  | 'hide'
  | 'info'
  | 'more'
  | 'picture'
  | 'search'
  | 'send'
  | 'settings'
  | 'share'
  | 'timer'
  | 'trash'

export function Icon(props: { name: IconName; mirrors?: boolean }) {
  return (
    <svg class="icon" classList={{ mirrors: props.mirrors ?? false }} aria-hidden="true">
      <use href={`#i-${props.name}`} />
    </svg>
  )
}

export function IconSprite() {
  return (
    <svg class="sprite" aria-hidden="true">
      <symbol id="i-alert" viewBox="0 0 24 24">
        <circle cx="12" cy="12" r="8.5" />
        <path d="M12 7.5v5.3" />
        <path d="M12 16.2h.01" stroke-width="2.4" />
      </symbol>
      <symbol id="i-back" viewBox="0 0 24 24">
        <path d="M14.5 5.5 8 12l6.5 6.5" />
      </symbol>
      <symbol id="i-camera" viewBox="0 0 24 24">
        <path d="M4 8.5h3.5L9 6h6l1.5 2.5H20V19H4z" />
        <circle cx="12" cy="13.3" r="3.2" />
      </symbol>
      <symbol id="i-close" viewBox="0 0 24 24">
        <path d="m6.5 6.5 11 11m0-11-11 11" />
      </symbol>
      <symbol id="i-disk" viewBox="0 0 24 24">
        <ellipse cx="12" cy="6.5" rx="7.5" ry="2.7" />
        <path d="M4.5 6.5v11c0 1.5 3.4 2.7 7.5 2.7s7.5-1.2 7.5-2.7v-11M4.5 12c0 1.5 3.4 2.7 7.5 2.7s7.5-1.2 7.5-2.7" />
      </symbol>
      <symbol id="i-down" viewBox="0 0 24 24">
        <path d="M12 5v14m-6-6 6 6 6-6" />
      </symbol>
      <symbol id="i-edit" viewBox="0 0 24 24">
        <path d="M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5zM13.5 7l3.5 3.5" />
      </symbol>
      <symbol id="i-hide" viewBox="0 0 24 24">
        <path d="M4 12c2-3.7 4.8-5.5 8-5.5s6 1.8 8 5.5c-2 3.7-4.8 5.5-8 5.5S6 15.7 4 12z" />
        <path d="M5 5l14 14" />
      </symbol>
      <symbol id="i-info" viewBox="0 0 24 24">
        <circle cx="12" cy="12" r="8.5" />
        <path d="M12 11.2v5.3" />
        <path d="M12 7.9h.01" stroke-width="2.4" />
      </symbol>
      <symbol id="i-more" viewBox="0 0 24 24">
        <path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.8" />
      </symbol>
      <symbol id="i-picture" viewBox="0 0 24 24">
        <path d="M4 5h16v14H4z" />
        <path d="m4 16 4.5-4.5L13 16l2.5-2.5L20 17.5" />
        <path d="M15.5 9h.01" stroke-width="2.6" />
      </symbol>
      <symbol id="i-search" viewBox="0 0 24 24">
        <circle cx="10.5" cy="10.5" r="6" />
        <path d="m15 15 4.7 4.7" />
      </symbol>
      <symbol id="i-send" viewBox="0 0 24 24">
        <path d="M12 19V5m-6 6 6-6 6 6" />
      </symbol>
      <symbol id="i-settings" viewBox="0 0 24 24">
        <path d="M4 8h8.5m5 0H20M4 16h2.5m5 0H20" />
        <circle cx="15" cy="8" r="2.5" />
        <circle cx="9" cy="16" r="2.5" />
      </symbol>
      <symbol id="i-share" viewBox="0 0 24 24">
        <path d="M12 14.5V4m-4 3.8L12 4l4 3.8" />
        <path d="M7 11.5H5V16a4 4 0 0 0 4 4h6a4 4 0 0 0 4-4v-4.5h-2" />
      </symbol>
      <symbol id="i-timer" viewBox="0 0 24 24">
        <circle cx="12" cy="13" r="7.5" />
        <path d="M12 9v4l2.5 2M9.5 2.8h5" />
      </symbol>
      <symbol id="i-trash" viewBox="0 0 24 24">
        <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.3 11v4.5M13.7 11v4.5" />
      </symbol>
    </svg>
  )
}
