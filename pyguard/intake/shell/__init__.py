"""Shell text: its tree (`reader`), and the simple commands that walking it gives, with what holds there (`run`)."""
