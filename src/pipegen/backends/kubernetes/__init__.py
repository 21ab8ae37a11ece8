"""What Argo and CronJob have in common: pods. Not a backend."""
