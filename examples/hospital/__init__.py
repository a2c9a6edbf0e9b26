"""A hospital to try Callweave on: its information system, its patients, and three weeks of what happens there.

One story, made from a seed, feeds a database, HL7 messages and a FHIR server; the patients answer their telephones as
the story says; in the end what Callweave tells by its API is compared with what the story expects.
"""
