"""How good the alarms are: partners drawn by a fixed seed, steady ones and ones that change, before the rules."""
