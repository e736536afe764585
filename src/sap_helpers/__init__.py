"""The executable statistical analysis plan: from an SDTM data cut to reviewed pages.

Layers, imports downward only: run > outcomes | show > derive | stats > cut > results | findings | plan > errors.
"""
