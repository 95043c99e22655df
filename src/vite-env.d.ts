/// <reference types="vite/client" />

/** Names the sources this page was built from, as `0123-4567-89ab-cdef`. */
declare const __BUILD__: string
