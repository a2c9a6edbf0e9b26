"""The hospital's information system, as far as others see it: a database, HL7 messages, FHIR resources.

The main campus keeps all in the database; the east campus besides tells of its visits, and of every admission, by HL7;
the clinic has its visits in a FHIR server.
"""
