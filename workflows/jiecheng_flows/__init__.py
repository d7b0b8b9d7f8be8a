"""Everything that is not a person's click: Prefect flows, and only here Prefect."""
