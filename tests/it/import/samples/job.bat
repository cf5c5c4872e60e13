@echo off
rem Nightly report
set TENANT_ID=7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11
set CLIENT_ID=3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901
set CLIENT_SECRET=Xx8~made.up-secret-value-000000000000000
set USERNAME=svc-report@contoso.example
set "PASSWORD=made-up Password & 100%%"
powershell -File report.ps1
