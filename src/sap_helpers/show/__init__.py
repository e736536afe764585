"""What a reviewer sees: number format, tables, charts and the page; made from results and the plan alone."""
