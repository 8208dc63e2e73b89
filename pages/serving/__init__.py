"""What the server does beside the screens: health, metrics, headers, limits, logs."""
